package dev.duplex.admin.compare;

import dev.duplex.schemas.table.TableId;

/** Follows a comparison; called by its thread. */
public interface ComparisonListener {
  /**
   * How far a table is.
   *
   * @param estimated 0 if unknown; {@code rows} may exceed it
   */
  void compared(TableId table, long rows, long estimated);

  /** A table is done. */
  void ended(TableResult result);
}
