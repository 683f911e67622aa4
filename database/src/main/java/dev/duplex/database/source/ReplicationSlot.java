package dev.duplex.database.source;

import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.failure.SetupException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The link's place in the primary's log: what lies behind it is kept until it is confirmed. Made
 * and dropped on a connection of its own.
 *
 * <p>Owned by one thread. A snapshot that was exported is valid until {@link #close}.
 */
public interface ReplicationSlot extends AutoCloseable {
  /**
   * How a slot is.
   *
   * @param confirmed the log before it is not needed any more
   * @param usable false when the server has thrown away log that the slot still needed
   */
  record State(long confirmed, boolean active, boolean usable) {}

  /**
   * A new slot.
   *
   * @param consistentPoint changes of transactions that commit after it are delivered
   * @param snapshot shows exactly what was committed before it; null if none was asked for
   */
  record Created(long consistentPoint, @Nullable String snapshot) {}

  /** Who the primary is. */
  PrimaryIdentity identity() throws SQLException;

  /** How the slot is; nothing if there is none. */
  Optional<State> state() throws SQLException;

  /**
   * Creates the slot. The server first waits for the transactions that are open now.
   *
   * @throws SetupException if they are still open after 60 s
   */
  Created create(boolean exportSnapshot) throws SQLException;

  /**
   * Drops the slot, if it is there; whoever reads it is disconnected.
   *
   * @throws SetupException if it is taken again and again for 30 s
   */
  void drop() throws SQLException, InterruptedException;

  @Override
  void close() throws SQLException;
}
