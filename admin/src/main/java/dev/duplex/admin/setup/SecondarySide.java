package dev.duplex.admin.setup;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetSetup;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.LinkStart;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.time.Time;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code init} does on the secondary.
 *
 * <p>Owned by one thread.
 */
final class SecondarySide implements AutoCloseable {
  private final DuplexConfig config;
  private final Link link;
  private final Connection session;
  private final Connection primary;
  private final TargetSetup setup;

  SecondarySide(DuplexConfig config, SetupSessions sessions) {
    this.config = config;
    this.link = new Link(config.link());
    this.session = sessions.secondary();
    this.primary = sessions.primary();
    DatabaseConfig database = config.secondary().database();
    this.setup = DatabaseProducts.of(database).target(database, Time.system()).openSetup();
  }

  /** What stands in the way; each a line that says what to do. */
  List<String> problems(List<TableId> tables) {
    List<String> problems = new ArrayList<>();
    try {
      setup.checkPrivilege();
    } catch (SetupException e) {
      problems.add("secondary: " + e.getMessage());
    }
    if (!config.secondary().createTables()) {
      for (TableId table : missing(tables)) {
        problems.add(
            "secondary: table "
                + table
                + " is missing; create it, or set secondary.create-tables: true");
      }
    }
    return problems;
  }

  /** Of the given tables, those that the secondary lacks. */
  List<TableId> missing(List<TableId> tables) {
    return setup.missing(tables);
  }

  /** Creates those as the primary has them. */
  void createTables(List<TableId> tables) {
    setup.createTables(primary, tables);
  }

  boolean hasCheckpointTable() throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_catalog.to_regclass('duplex.applied') IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }

  void createCheckpointTable() {
    setup.createCheckpointTable();
  }

  Optional<Checkpoint> checkpoint() throws SQLException {
    return hasCheckpointTable() ? setup.checkpoint(link) : Optional.empty();
  }

  void start(LinkStart start, long offset) {
    AppliedTransaction at = new AppliedTransaction(start.position(), 0, start.micros());
    setup.start(link, start.identity(), start.topicId(), offset, at);
  }

  /**
   * Sends the applier to the begin of a copy; one that runs is fenced. It counts on from the
   * relay's numbers, so that their difference is what lies between them, and reports that a copy is
   * under way even before it has read the begin.
   */
  void startCopy(String copyId, LinkStart start, long beginOffset, Progress published)
      throws SQLException {
    start(start, beginOffset);
    try (PreparedStatement statement =
        session.prepareStatement(
            "UPDATE duplex.applied SET transactions = ?, changes = ?, copy_id = ?, copy_order = 0"
                + " WHERE link = ? AND kafka_offset = ?")) {
      statement.setLong(1, published.getTransactions());
      statement.setLong(2, published.getChanges());
      statement.setString(3, copyId);
      statement.setString(4, link.name());
      statement.setLong(5, beginOffset);
      statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    setup.close();
  }
}
