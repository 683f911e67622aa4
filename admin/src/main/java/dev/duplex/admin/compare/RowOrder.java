package dev.duplex.admin.compare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which both databases send the rows of a table: integers by value, everything else by
 * the bytes of its text.
 */
final class RowOrder implements Comparator<SortedRow> {
  /**
   * A part of the key.
   *
   * @param field which field of a row it is, from 0
   */
  record Part(int field, boolean integer) {}

  private final List<Part> parts;
  private final int dataField;

  /**
   * An order.
   *
   * @param dataField the first field that belongs to the row itself; those before only order it
   */
  RowOrder(List<Part> parts, int dataField) {
    this.parts = List.copyOf(parts);
    this.dataField = dataField;
  }

  List<Part> parts() {
    return parts;
  }

  /** Takes a row as COPY sent it. */
  SortedRow row(byte[] copyRow) {
    return SortedRow.of(copyRow, parts, dataField);
  }

  @Override
  public int compare(SortedRow left, SortedRow right) {
    for (int i = 0; i < parts.size(); i++) {
      int result =
          parts.get(i).integer()
              ? Long.compare(left.number(i), right.number(i))
              : Arrays.compareUnsigned(left.text(i), right.text(i));
      if (result != 0) {
        return result;
      }
    }
    return 0;
  }
}
