package dev.duplex.database.target;

import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;

/**
 * The applier's session for one link. A transaction begins with the first call after {@link
 * #commit} or {@link #rollback}. Whatever a call throws as {@link SQLException} is sorted by {@link
 * dev.duplex.database.SqlFailure}: what is transient ends the session, anything else ends the
 * transaction, which must be rolled back then.
 *
 * <p>The session must be seen to live: one that has done nothing for too long is ended by an
 * instance that waits for the lease. Owned by one thread but for {@link #abort}.
 */
public interface TargetSession extends AutoCloseable {
  /**
   * The right to apply the link, which ends with the session.
   *
   * @param takeoverAfter how long a holder may stand still before it is removed
   */
  TargetLease lease(Duration takeoverAfter);

  /**
   * Takes the link's checkpoint over, once the lease is ours: appliers before are fenced. Commits.
   *
   * @return how far the target is, with the new epoch
   * @throws dev.duplex.schemas.failure.SetupException if the link was not initialised
   */
  Checkpoint claim() throws SQLException;

  /**
   * Stores how far the rows of this transaction reach.
   *
   * @throws dev.duplex.schemas.failure.FencedException if another applier has claimed the
   *     checkpoint, or it was set anew
   */
  void save(Checkpoint checkpoint) throws SQLException;

  /**
   * Checks that nobody has claimed the checkpoint since, and shows that the session lives.
   *
   * @throws dev.duplex.schemas.failure.FencedException if another applier has claimed the
   *     checkpoint, or it was set anew
   */
  void check(Checkpoint checkpoint) throws SQLException;

  /**
   * The table for a row format, looked up when it is asked for first.
   *
   * @throws SQLException if there is no such table, or it lacks a column
   */
  TargetTable table(RowFormat format) throws SQLException;

  /** Forgets all tables that were looked up: an operator may have altered one. */
  void forgetTables() throws SQLException;

  /** In this transaction, constraints that can be are checked at its end only. */
  void deferConstraints() throws SQLException;

  /** Empties tables of the stream at once, so that they may refer to each other. */
  void truncate(Collection<TargetTable> tables) throws SQLException;

  /** Empties tables, and whatever inherits from them, at once, for a copy. */
  void empty(Collection<TableId> tables) throws SQLException;

  /**
   * Commits, durably. If this fails, what was written may be committed all the same: the checkpoint
   * tells.
   */
  void commit() throws SQLException;

  void rollback() throws SQLException;

  /** Ends the session, whatever it is doing. Any thread. */
  void abort();

  /** Ends the session; what is not committed is rolled back. */
  @Override
  void close() throws SQLException;
}
