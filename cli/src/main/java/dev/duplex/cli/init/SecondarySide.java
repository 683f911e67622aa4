package dev.duplex.cli.init;

import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.checkpoint.Checkpoint;
import dev.duplex.consumer.checkpoint.CheckpointStore;
import dev.duplex.consumer.setup.SecondarySetup;
import dev.duplex.producer.setup.LinkStart;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code init} does on the secondary.
 *
 * <p>Owned by one thread; the session is in autocommit mode.
 */
final class SecondarySide {
  private final DuplexConfig config;
  private final Connection session;
  private final Connection primary;
  private final CheckpointStore store;
  private final SecondarySetup setup;

  SecondarySide(DuplexConfig config, InitSessions sessions) {
    this.config = config;
    this.session = sessions.secondary();
    this.primary = sessions.primary();
    this.store = new CheckpointStore(session, new Link(config.link()));
    this.setup = new SecondarySetup(config, session);
  }

  /** What stands in the way; each a line that says what to do. */
  List<String> problems(List<TableId> tables) throws SQLException {
    List<String> problems = new ArrayList<>(setup.problems());
    if (!config.secondary().createTables()) {
      for (TableId table : setup.missingTables(tables)) {
        problems.add(
            "secondary: table "
                + table
                + " is missing; create it, or set secondary.create-tables: true");
      }
    }
    return problems;
  }

  void createTables(InitReport report, List<TableId> tables)
      throws SQLException, InterruptedException {
    for (TableId table : setup.missingTables(tables)) {
      report.step(
          "create table " + table + " on the secondary", () -> setup.createTable(primary, table));
    }
  }

  boolean hasCheckpointTable() throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_catalog.to_regclass('duplex.applied') IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }

  void createCheckpointTable() throws SQLException {
    store.createTable();
  }

  Optional<Checkpoint> checkpoint() throws SQLException {
    return hasCheckpointTable() ? store.find() : Optional.empty();
  }

  void start(LinkStart start, long offset) throws SQLException {
    store.start(start.identity(), start.topicId(), offset, start.position());
  }

  /** Sends the applier to the begin of a copy; one that runs is fenced. */
  void startCopy(LinkStart start, long beginOffset, Progress published) throws SQLException {
    start(start, beginOffset);
  }
}
