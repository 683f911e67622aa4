package dev.duplex.producer.setup;

import dev.duplex.config.DuplexConfig;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a link needs on the primary besides the slot: checks, schema {@code duplex}, publication.
 * Every step can be done again, and begun again after it was killed.
 *
 * <p>Owned by one thread; uses one session in autocommit mode.
 */
public final class PrimarySetup {
  private final DuplexConfig config;
  private final Link link;
  private final Connection session;

  public PrimarySetup(DuplexConfig config, Connection session) {
    this.config = config;
    this.link = new Link(config.link());
    this.session = session;
  }

  /**
   * Keeps out a second {@code init} of the same link until the session ends.
   *
   * @return whether this is the only one
   */
  public boolean lock() throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            "SELECT pg_catalog.pg_try_advisory_lock("
                + "pg_catalog.hashtext('duplex.init'), pg_catalog.hashtext(?))")) {
      statement.setString(1, link.name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** What stands in the way; each a line that says what to set. */
  public List<String> problems() throws SQLException {
    return PrimaryChecks.problems(session, link.slot());
  }

  /** The tables of the link, and which of them are new. */
  public TableChoice chooseTables() throws SQLException {
    return new TableSelection(session, config.primary()).choose(link.slot());
  }

  /** Whether the publication is there. */
  public boolean hasPublication() throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = ?)")) {
      statement.setString(1, link.slot());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /**
   * Creates the publication, or adds tables to it, in one transaction with the replica identities.
   */
  public void publish(TableChoice choice) throws SQLException {
    String tables = choice.added().stream().map(TableId::sql).collect(Collectors.joining(", "));
    String publication = SqlName.quote(link.slot());
    session.setAutoCommit(false);
    try (Statement statement = session.createStatement()) {
      for (TableId table : choice.fullRow()) {
        statement.execute("ALTER TABLE " + table.sql() + " REPLICA IDENTITY FULL");
      }
      if (hasPublication()) {
        statement.execute("ALTER PUBLICATION " + publication + " ADD TABLE " + tables);
      } else {
        statement.execute(
            "CREATE PUBLICATION "
                + publication
                + " FOR TABLE "
                + tables
                + " WITH (publish_via_partition_root = true)");
      }
      session.commit();
    } finally {
      if (!session.getAutoCommit()) {
        session.rollback();
        session.setAutoCommit(true);
      }
    }
  }

  /** Drops the publication, if it is there. */
  public void dropPublication() throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute("DROP PUBLICATION IF EXISTS " + SqlName.quote(link.slot()));
    }
  }
}
