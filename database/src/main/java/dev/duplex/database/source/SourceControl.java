package dev.duplex.database.source;

import dev.duplex.schemas.Instance;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a relay asks and writes on the primary over an ordinary session. Each write is a transaction
 * of its own, durable when the method returns.
 *
 * <p>The writes of a holder throw {@link dev.duplex.schemas.failure.FencedException} if the link is
 * not held by that instance under that epoch, or a copy has begun; what reads the link's row throws
 * {@link dev.duplex.schemas.failure.SetupException} if there is none.
 *
 * <p>Used by one thread.
 */
public interface SourceControl extends AutoCloseable {
  /** The primary's clock, and the end of its log. */
  Moment now() throws SQLException;

  /**
   * The link's slot.
   *
   * @throws dev.duplex.schemas.failure.HaltException if it is gone, or the primary has dropped log
   *     that it needs
   */
  Slot slot() throws SQLException;

  /**
   * When a slot's reader last spoke to the server, as its own clock says; for comparing only.
   *
   * @return null if the session is gone or has not spoken yet
   */
  @Nullable String lastReply(int reader) throws SQLException;

  /** Ends another session; returns before it is gone. */
  void terminate(int reader) throws SQLException;

  /**
   * Whether an instance is connected to the primary and not frozen: whether it has asked something
   * lately.
   */
  boolean isConnected(String instance, Duration lately) throws SQLException;

  /** The tables that could be published and are not, in order. */
  List<TableId> unpublished() throws SQLException;

  /** The link's row. */
  Claim claim() throws SQLException;

  /** Makes an instance the holder, under the next epoch. */
  Claim takeClaim(Instance holder) throws SQLException;

  /** Remembers that Kafka's head was found to fit to this epoch. */
  void markChecked(Instance holder, long epoch) throws SQLException;

  /** Writes that the log has nothing for the link between what is published and a position. */
  void markPassed(Instance holder, long epoch, long position) throws SQLException;

  /** Writes that changes which are confirmed, or will be, lie in diff files only. */
  void registerSpool(Instance holder, long epoch, Claim.SpoolEntry entry) throws SQLException;

  /** Everything in the diff files is published. */
  void clearSpool(Instance holder, long epoch) throws SQLException;

  /**
   * Replaces the entry of diff files, and fences the holder: they were carried to another machine.
   *
   * @param spoolId of the entry that is replaced
   * @return whether there was that entry
   */
  boolean adoptSpool(Instance holder, String spoolId, Claim.SpoolEntry entry) throws SQLException;

  /**
   * Turns the entry of diff files into a lost range, and fences the holder: they are given up.
   *
   * @return the last position that may be lost; nothing if there is no such entry
   */
  OptionalLong abandonSpool(String spoolId) throws SQLException;

  /** Ends the session. */
  @Override
  void close() throws SQLException;
}
