package dev.duplex.postgres.target;

import dev.duplex.schemas.change.AvroReader;
import dev.duplex.schemas.row.RowField;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A prepared statement of {@link StatementText} and the rows collected for it: {@link #begin}, any
 * number of {@link #add}, {@link #execute}. Only one statement of a session collects at a time, so
 * they share the arrays.
 *
 * <p>Not thread-safe.
 */
final class RowStatement implements AutoCloseable {
  private final TableShape target;
  private final BitSet keys;
  private final BitSet values;
  private final boolean asText;
  private final PreparedStatement statement;
  private final List<ColumnArray> arrays;
  private final FieldBinding binding;
  private final AvroReader in = new AvroReader();
  private final int[] lengthsBefore;
  private int rows;

  /**
   * @param keys fields that are bound as key, in front of the values
   * @param shared by the session's statements
   */
  RowStatement(
      Connection connection,
      String sql,
      TableShape target,
      BitSet keys,
      BitSet values,
      boolean asText,
      SharedArrays shared)
      throws SQLException {
    this.target = target;
    this.keys = keys;
    this.values = values;
    this.asText = asText;
    this.statement = connection.prepareStatement(sql);
    this.arrays = shared.arrays();
    this.binding = shared.binding();
    this.lengthsBefore = new int[keys.cardinality() + values.cardinality()];
  }

  /** What a session's statements use in turn. */
  record SharedArrays(List<ColumnArray> arrays, FieldBinding binding) {
    SharedArrays() {
      this(new ArrayList<>(), new FieldBinding());
    }
  }

  /** Starts with no rows. */
  void begin() {
    rows = 0;
    while (arrays.size() < lengthsBefore.length) {
      arrays.add(new ColumnArray());
    }
    int next = start(keys, 0);
    start(values, next);
  }

  private int start(BitSet fields, int first) {
    int next = first;
    for (int i = fields.nextSetBit(0); i >= 0; i = fields.nextSetBit(i + 1)) {
      arrays.get(next++).start(ArrayType.of(target.fields().get(i).carrier(), asText));
    }
    return next;
  }

  int rows() {
    return rows;
  }

  /**
   * Adds a row.
   *
   * @param keyImage where the image that has the key begins
   * @param valueImage where the image that has the values begins
   * @return false if one of its values can only be bound as text; nothing is added then
   */
  boolean add(byte[] bytes, int keyImage, int valueImage) {
    for (int i = 0; i < lengthsBefore.length; i++) {
      lengthsBefore[i] = arrays.get(i).length();
    }
    int added = addFields(keys, bytes, keyImage, 0);
    if (added == keys.cardinality()) {
      added = addFields(values, bytes, valueImage, added);
    }
    if (added < lengthsBefore.length) {
      for (int i = 0; i < added; i++) {
        arrays.get(i).undo(lengthsBefore[i]);
      }
      return false;
    }
    rows++;
    return true;
  }

  /** Adds fields of an image to the arrays from {@code first} on; how far it came. */
  private int addFields(BitSet fields, byte[] bytes, int image, int first) {
    int next = first;
    in.reset(bytes, image);
    List<RowField> all = target.fields();
    int end = fields.length();
    for (int i = 0; i < end; i++) {
      if (!fields.get(i)) {
        target.format().skipField(in, i);
      } else if (binding.add(all.get(i), in, arrays.get(next))) {
        next++;
      } else {
        return next;
      }
    }
    return next;
  }

  /** Runs it; how many rows of the table it touched. */
  long execute() throws SQLException {
    for (int i = 0; i < lengthsBefore.length; i++) {
      statement.setObject(i + 1, arrays.get(i));
    }
    try {
      return statement.executeLargeUpdate();
    } finally {
      statement.clearParameters(); // the driver keeps a copy of them
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
