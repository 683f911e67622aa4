package dev.duplex.schemas.row;

import java.util.List;

/**
 * One image of a row in the form in which its database gave it, which it knows how to write as
 * Avro: straight, without an object for a column. Its columns are those of the table's shape, in
 * that order.
 *
 * <p>Owned by one thread; the content is valid as long as whoever gave it says.
 */
public interface SourceRow {
  /**
   * Writes all columns, each as a branch of its union: null where the value is null or was not
   * sent.
   */
  void write(List<RowField> fields, AvroBuffer out);

  /** Writes the columns of the key alone, in the same way. */
  void writeKey(List<RowField> fields, AvroBuffer out);

  /**
   * The names of the columns whose value the database did not send because it is as before; mostly
   * none.
   */
  List<String> unchanged(List<RowField> fields);
}
