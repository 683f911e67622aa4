package dev.duplex.schemas.change;

import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.table.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the rows of one table lie in a change. One instance for each schema, compared by identity;
 * immutable.
 */
public final class RowFormat {
  /** Union branch of a value that is null. */
  public static final int NULL = 0;

  /** Union branch of a value in its typed form. */
  public static final int TYPED = 1;

  /** Union branch of a value that its typed form cannot hold: PostgreSQL's text. */
  public static final int ESCAPED = 2;

  private static final int VARINT = -1;
  private static final int LENGTH_FIRST = -2;

  private final RowLayout layout;
  private final int[] widths;
  private final boolean[] escapable;
  private final Map<String, Integer> indexes = new HashMap<>();

  /** For what a schema says. */
  public RowFormat(RowLayout layout) {
    this.layout = layout;
    int size = layout.fields().size();
    this.widths = new int[size];
    this.escapable = new boolean[size];
    for (int i = 0; i < size; i++) {
      RowField field = layout.fields().get(i);
      widths[i] = width(field);
      escapable[i] = field.carrier().escapable();
      indexes.put(field.column(), i);
    }
  }

  private static int width(RowField field) {
    return switch (field.carrier()) {
      case BOOLEAN -> 1;
      case FLOAT -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
      case INT, LONG, DATE, TIME, LOCAL_TIMESTAMP, TIMESTAMP -> VARINT;
      case BYTES, TEXT, UUID, DECIMAL -> LENGTH_FIRST;
    };
  }

  public TableId table() {
    return layout.table();
  }

  public RowLayout layout() {
    return layout;
  }

  public List<RowField> fields() {
    return layout.fields();
  }

  /**
   * The index of a column.
   *
   * @throws IllegalArgumentException if the row has none of that name
   */
  public int index(String column) {
    Integer index = indexes.get(column);
    if (index == null) {
      throw new IllegalArgumentException("the row has no column '" + column + "'");
    }
    return index;
  }

  /** Moves behind a whole row, and so checks that it is one. */
  public void skipRow(AvroReader in) {
    for (int i = 0; i < widths.length; i++) {
      skipField(in, i);
    }
  }

  /** Moves behind one field of a row. */
  public void skipField(AvroReader in, int field) {
    int branch = in.readInt();
    if (branch == NULL) {
      return;
    }
    if (branch == ESCAPED && escapable[field]) {
      in.skipBytes();
    } else if (branch == TYPED) {
      skipTyped(in, widths[field]);
    } else {
      throw new IllegalArgumentException(
          "column '" + fields().get(field).column() + "' has no branch " + branch);
    }
  }

  private static void skipTyped(AvroReader in, int width) {
    switch (width) {
      case VARINT -> in.readLong();
      case LENGTH_FIRST -> in.skipBytes();
      default -> in.skip(width);
    }
  }
}
