package dev.duplex.example;

import dev.duplex.config.CommitMode;
import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.Duplex;
import dev.duplex.producer.DuplexListener;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.producer.datasource.DuplexConnection;
import dev.duplex.schemas.avro.StatusEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves money between two accounts, and says how safe that is. */
public final class Transfers {
  private static final Logger LOG = LoggerFactory.getLogger(Transfers.class);

  private final DataSource dataSource;

  /** Uses a data source of Duplex. */
  public Transfers(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Moves an amount; returns when the secondary has it, or when it is known that it will have it
   * later.
   *
   * @return what became of the commit
   */
  public @Nullable CommitReceipt transfer(int from, int to, long amount) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      DuplexConnection duplex = connection.unwrap(DuplexConnection.class);
      duplex.setCommitMode(CommitMode.APPLIED); // this one matters; others go as configured
      connection.setAutoCommit(false);
      add(connection, from, -amount);
      add(connection, to, amount);
      connection.commit();
      return duplex.lastCommit();
    }
  }

  private static void add(Connection connection, int account, long amount) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE account SET balance = balance + ? WHERE id = ?")) {
      update.setLong(1, amount);
      update.setInt(2, account);
      if (update.executeUpdate() != 1) {
        throw new SQLException("there is no account " + account);
      }
    }
  }

  /** Says what becomes of the link. */
  public static final class LinkLog implements DuplexListener {
    @Override
    public void diverged(StatusEvent event) {
      LOG.warn("the secondary falls behind: {} {}", event.getReason(), event.getDetail());
    }

    @Override
    public void recovered(StatusEvent event) {
      LOG.info("the secondary has everything again ({} is over)", event.getReason());
    }

    @Override
    public void halted(StatusEvent event) {
      LOG.error("somebody must act: {} {}", event.getReason(), event.getDetail());
    }
  }

  /** Takes the configuration file, two accounts and an amount. */
  public static void main(String[] arguments) throws SQLException {
    if (arguments.length != 4) {
      throw new IllegalArgumentException("give: FILE FROM TO AMOUNT");
    }
    try (Duplex duplex = Duplex.open(DuplexConfig.load(Path.of(arguments[0])))) {
      duplex.addListener(new LinkLog());
      CommitReceipt receipt =
          new Transfers(duplex.dataSource())
              .transfer(
                  Integer.parseInt(arguments[1]),
                  Integer.parseInt(arguments[2]),
                  Long.parseLong(arguments[3]));
      LOG.info("{}", receipt);
    }
  }
}
