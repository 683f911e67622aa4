package dev.duplex.database.rows;

import java.sql.SQLException;
import java.util.List;

/**
 * The rows of an {@link OrderedRead}, each as a line of the text format of PostgreSQL's COPY:
 * fields between tabs, {@code \N} for NULL, {@code \} before what would end a field. Before the
 * columns stand the texts that the order needs: one for each part of the key that is no integer, or
 * one of the whole row where that is the key.
 *
 * <p>Owned by one thread, which has the session to itself until the last row.
 */
public interface RowLines {
  /**
   * The next rows.
   *
   * @param bytes enough of them when so many are reached
   * @return empty after the last
   */
  List<byte[]> next(int bytes) throws SQLException;
}
