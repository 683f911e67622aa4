package dev.duplex.database.target;

import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A table of the target as one row format meets it. The calls that take a {@link RowBatch} are for
 * the fast path, those that take a {@link Change} for the replay. All write at once, within the
 * session's transaction. Not thread-safe.
 */
public interface TargetTable {
  RowFormat format();

  /** The fields that address a row; empty if rows can only be inserted. */
  BitSet key();

  /** Whether the key is the whole row, which need not be unique. */
  boolean wholeRow();

  default TableId id() {
    return format().table();
  }

  default boolean hasKey() {
    return !key().isEmpty();
  }

  /** Whether changes of one row can be told from those of another, and so be folded. */
  default boolean foldable() {
    return hasKey() && !wholeRow();
  }

  /** Inserts rows. */
  void insert(RowBatch rows) throws SQLException, ReplayNeededException;

  /**
   * Writes all but the key and the unchanged columns of the rows that have the key.
   *
   * @param unchanged fields whose value is not known, and stays as it is; null if all are known
   * @throws ReplayNeededException unless each was there once
   */
  void update(RowBatch rows, @Nullable BitSet unchanged) throws SQLException, ReplayNeededException;

  /**
   * Deletes the rows that have the key.
   *
   * @throws ReplayNeededException unless each was there once
   */
  void delete(RowBatch rows) throws SQLException, ReplayNeededException;

  /**
   * Makes sure that there are no rows with the key.
   *
   * @throws ReplayNeededException if there was one
   */
  void expectAbsent(RowBatch rows) throws SQLException, ReplayNeededException;

  /** Inserts the after image. */
  void insert(Change change) throws SQLException;

  /**
   * Writes the row that has the key of the after image, all but the unchanged columns.
   *
   * @return how many rows were found
   */
  long overwrite(Change change) throws SQLException;

  /**
   * Writes the row that has the key of the before image, all but the unchanged columns, the key
   * too. Of rows that are all alike, any one.
   *
   * @return how many rows were found
   */
  long move(Change change) throws SQLException;

  /**
   * Deletes the row that has the key of the before image. Of rows that are all alike, any one.
   *
   * @return how many rows were found
   */
  long delete(Change change) throws SQLException;
}
