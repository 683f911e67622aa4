package dev.duplex.database.target;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;

/**
 * Prepares a target, for {@code duplex init} and {@code duplex remove}. Every method is a
 * transaction of its own and throws {@link dev.duplex.schemas.failure.SetupException} with what to
 * do. Not thread-safe.
 */
public interface TargetSetup extends AutoCloseable {
  /** Checks that an applier may keep the target's triggers from acting on its changes. */
  void checkPrivilege();

  /** Of the given tables, those that the target lacks. */
  List<TableId> missing(List<TableId> tables);

  /**
   * Creates the tables that the target lacks as the primary has them.
   *
   * @param primary a session on a primary of the same product
   * @return what was created
   */
  List<TableId> createTables(Connection primary, List<TableId> tables);

  /** Whether that is there in which checkpoints are stored. */
  boolean hasCheckpointTable();

  /** Creates what checkpoints are stored in, unless it is there. */
  void createCheckpointTable();

  /** How far the target is; nothing if the link is not known to it, or no link is. */
  Optional<Checkpoint> checkpoint(Link link);

  /**
   * Sets where an applier goes on, for a new link or one that is copied anew; one that runs is
   * fenced, and goes on from there.
   *
   * @param topicId Kafka's id of the changes topic
   * @param offset the next one to read of it, e.g. of a copy's BEGIN
   * @param at the target is as the primary was then
   */
  void start(
      Link link, PrimaryIdentity identity, String topicId, long offset, AppliedTransaction at);

  /**
   * Lets an applier that is sent to the begin of a copy say so before it has read it, and count on
   * from the relay's numbers; nothing happens if it has gone on from there.
   *
   * @param offset as it was given to {@link #start}
   */
  void startCopy(Link link, String copyId, long offset, long transactions, long changes);

  /**
   * Forgets a link, and takes away what checkpoints are stored in if no other link is known.
   *
   * @return whether the link was known
   */
  boolean remove(Link link);

  /** Ends the session. */
  @Override
  void close();
}
