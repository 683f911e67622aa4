package dev.duplex.postgres.target;

import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.failure.FencedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The row of one link in {@code duplex.applied}. Commits nothing: each call is part of the
 * connection's transaction.
 *
 * <p>Not thread-safe.
 */
final class CheckpointStore {
  private static final String CREATE =
      """
      CREATE SCHEMA IF NOT EXISTS duplex;
      CREATE TABLE IF NOT EXISTS duplex.applied (
        link           text PRIMARY KEY,
        epoch          bigint NOT NULL,
        instance       text,
        host           text,
        system_id      text NOT NULL,
        timeline       integer NOT NULL,
        topic_id       text NOT NULL,
        kafka_offset   bigint NOT NULL,
        position       bigint NOT NULL,
        transaction_id bigint NOT NULL,
        commit_micros  bigint NOT NULL,
        copy_id        text,
        copy_order     bigint NOT NULL DEFAULT 0,
        transactions   bigint NOT NULL DEFAULT 0,
        changes        bigint NOT NULL DEFAULT 0,
        mismatches     bigint NOT NULL DEFAULT 0,
        applied_at     timestamptz)
      """;

  private static final String COLUMNS =
      " epoch, system_id, timeline, topic_id, kafka_offset, position, transaction_id,"
          + " commit_micros, copy_id, copy_order, transactions, changes, mismatches ";

  private static final String START =
      """
      INSERT INTO duplex.applied AS a (link, epoch, system_id, timeline, topic_id, kafka_offset,
                                       position, transaction_id, commit_micros)
      VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (link) DO UPDATE
         SET epoch = a.epoch + 1, system_id = excluded.system_id, timeline = excluded.timeline,
             topic_id = excluded.topic_id, kafka_offset = excluded.kafka_offset,
             position = excluded.position, transaction_id = excluded.transaction_id,
             commit_micros = excluded.commit_micros, copy_id = NULL, copy_order = 0
      """;

  private static final String START_COPY =
      "UPDATE duplex.applied SET transactions = ?, changes = ?, copy_id = ?, copy_order = 0"
          + " WHERE link = ? AND kafka_offset = ?";

  private static final String CLAIM =
      "UPDATE duplex.applied SET epoch = epoch + 1, instance = ?, host = ?"
          + " WHERE link = ? RETURNING"
          + COLUMNS;

  private static final String SAVE =
      """
      UPDATE duplex.applied
         SET system_id = ?, timeline = ?, kafka_offset = ?, position = ?, transaction_id = ?,
             commit_micros = ?, copy_id = ?, copy_order = ?, transactions = ?, changes = ?,
             mismatches = ?, applied_at = pg_catalog.clock_timestamp()
       WHERE link = ? AND epoch = ?
      """;

  private final Connection connection;
  private final Link link;
  private @Nullable PreparedStatement save;

  CheckpointStore(Connection connection, Link link) {
    this.connection = connection;
    this.link = link;
  }

  /** Creates schema and table where they are missing. */
  void createTable() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(CREATE);
    }
  }

  /** What is stored, or nothing if the link has no row. */
  Optional<Checkpoint> find() throws SQLException {
    String sql = "SELECT" + COLUMNS + "FROM duplex.applied WHERE link = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, link.name());
      return read(statement);
    }
  }

  /**
   * Sets the place to go on from, for a new link or one that is copied anew. An applier that runs
   * is fenced by it.
   *
   * @param offset where to read next, e.g. the offset of a copy's BEGIN
   */
  void start(PrimaryIdentity identity, String topicId, long offset, AppliedTransaction at)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(START)) {
      statement.setString(1, link.name());
      statement.setString(2, identity.systemId());
      statement.setInt(3, identity.timeline());
      statement.setString(4, topicId);
      statement.setLong(5, offset);
      statement.setLong(6, at.position());
      statement.setLong(7, at.id());
      statement.setLong(8, at.commitMicros());
      statement.executeUpdate();
    }
  }

  /** Says that a copy begins at an offset, if that is still the next one to read. */
  void startCopy(String copyId, long offset, long transactions, long changes) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(START_COPY)) {
      statement.setLong(1, transactions);
      statement.setLong(2, changes);
      statement.setString(3, copyId);
      statement.setString(4, link.name());
      statement.setLong(5, offset);
      statement.executeUpdate();
    }
  }

  /** Forgets the link. */
  void remove() throws SQLException {
    String sql = "DELETE FROM duplex.applied WHERE link = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, link.name());
      statement.executeUpdate();
    }
  }

  /**
   * Takes the row over: its new epoch fences every applier before.
   *
   * @return the stored place with the new epoch, or nothing if the link has no row
   */
  Optional<Checkpoint> claim(String instance, String host) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
      statement.setString(1, instance);
      statement.setString(2, host);
      statement.setString(3, link.name());
      return read(statement);
    }
  }

  /**
   * Stores how far the rows of this transaction reach.
   *
   * @throws FencedException if another applier has claimed the row meanwhile
   */
  void save(Checkpoint checkpoint) throws SQLException {
    if (save == null) {
      save = connection.prepareStatement(SAVE);
    }
    save.setString(1, checkpoint.identity().systemId());
    save.setInt(2, checkpoint.identity().timeline());
    save.setLong(3, checkpoint.offset());
    save.setLong(4, checkpoint.last().position());
    save.setLong(5, checkpoint.last().id());
    save.setLong(6, checkpoint.last().commitMicros());
    CopyProgress copy = checkpoint.copy();
    save.setObject(7, copy == null ? null : copy.id(), Types.VARCHAR);
    save.setLong(8, copy == null ? 0 : copy.order());
    save.setLong(9, checkpoint.totals().transactions());
    save.setLong(10, checkpoint.totals().changes());
    save.setLong(11, checkpoint.totals().mismatches());
    save.setString(12, link.name());
    save.setLong(13, checkpoint.epoch());
    if (save.executeUpdate() != 1) {
      throw fenced(checkpoint);
    }
  }

  /**
   * Checks that nobody has claimed the row since.
   *
   * @throws FencedException if another applier has, or {@link #start} was called
   */
  void check(Checkpoint checkpoint) throws SQLException {
    String sql = "SELECT FROM duplex.applied WHERE link = ? AND epoch = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, link.name());
      statement.setLong(2, checkpoint.epoch());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw fenced(checkpoint);
        }
      }
    }
  }

  private FencedException fenced(Checkpoint checkpoint) {
    return new FencedException(
        "link %s was taken over, or told to start elsewhere, after position %s"
            .formatted(link, Position.format(checkpoint.position())));
  }

  private static Optional<Checkpoint> read(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return Optional.empty();
      }
      String copyId = row.getString("copy_id");
      return Optional.of(
          new Checkpoint(
              row.getLong("epoch"),
              new PrimaryIdentity(row.getString("system_id"), row.getInt("timeline")),
              row.getString("topic_id"),
              row.getLong("kafka_offset"),
              new AppliedTransaction(
                  row.getLong("position"),
                  row.getLong("transaction_id"),
                  row.getLong("commit_micros")),
              copyId == null ? null : new CopyProgress(copyId, row.getLong("copy_order")),
              new AppliedTotals(
                  row.getLong("transactions"), row.getLong("changes"), row.getLong("mismatches"))));
    }
  }
}
