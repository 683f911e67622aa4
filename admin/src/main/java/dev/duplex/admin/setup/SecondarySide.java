package dev.duplex.admin.setup;

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
import java.sql.Connection;
import java.sql.SQLException;
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
  private final Connection primary;
  private final TargetSetup setup;

  SecondarySide(DuplexConfig config, SetupSessions sessions) throws SQLException {
    this.config = config;
    this.link = new Link(config.link());
    this.primary = sessions.primary();
    this.setup =
        DatabaseProducts.of(config.secondary().database()).targetSetup(sessions.secondary());
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

  boolean hasCheckpointTable() {
    return setup.hasCheckpointTable();
  }

  void createCheckpointTable() {
    setup.createCheckpointTable();
  }

  Optional<Checkpoint> checkpoint() {
    return setup.checkpoint(link);
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
  void startCopy(String copyId, LinkStart start, long beginOffset, Progress published) {
    start(start, beginOffset);
    setup.startCopy(link, copyId, beginOffset, published.getTransactions(), published.getChanges());
  }

  @Override
  public void close() {
    setup.close();
  }
}
