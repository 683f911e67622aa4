package dev.duplex.database.source;

import dev.duplex.schemas.Instance;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The table {@code duplex.relay} on the primary, as far as operators use it: who may publish, and
 * whether a copy is under way.
 *
 * <p>Owned by one thread; uses one session in autocommit mode.
 */
public interface RelayTable {
  /** Whether the table is there and has the link's row. */
  boolean exists() throws SQLException;

  /** Makes schema, table and the link's row, as far as they are missing. */
  void create() throws SQLException;

  /** The copy that is under way or was interrupted. */
  Optional<String> copyId() throws SQLException;

  /**
   * Begins a copy: relays keep away until {@link #endCopy}.
   *
   * @param knownEpoch the highest epoch that is known elsewhere
   * @return the copy's epoch, which fences all before it
   */
  long beginCopy(String copyId, Instance instance, long knownEpoch) throws SQLException;

  /** Ends a copy: relays may go on. */
  void endCopy() throws SQLException;

  /** Deletes the link's row, and table and schema when no other link uses them. */
  void remove() throws SQLException;
}
