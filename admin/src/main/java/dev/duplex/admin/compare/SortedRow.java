package dev.duplex.admin.compare;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row in COPY's text format, with what it is ordered by. Immutable. */
final class SortedRow {
  private static final byte TAB = '\t';
  private static final byte NEWLINE = '\n';
  private static final byte[] NULL = {'\\', 'N'};

  private final byte[] bytes;
  private final int dataStart;
  private final int end;
  private final long[] numbers;
  private final byte[][] texts;

  private SortedRow(byte[] bytes, int dataStart, int end, long[] numbers, byte[][] texts) {
    this.bytes = bytes;
    this.dataStart = dataStart;
    this.end = end;
    this.numbers = numbers;
    this.texts = texts;
  }

  static SortedRow of(byte[] row, List<RowOrder.Part> parts, int dataField) {
    int end = row.length > 0 && row[row.length - 1] == NEWLINE ? row.length - 1 : row.length;
    long[] numbers = new long[parts.size()];
    byte[][] texts = new byte[parts.size()][];
    int dataStart = 0;
    int start = 0;
    int wanted = parts.stream().mapToInt(RowOrder.Part::field).max().orElse(0);
    for (int field = 0; field <= Math.max(wanted, dataField); field++) {
      int stop = fieldEnd(row, start, end);
      if (field == dataField) {
        dataStart = start;
      }
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i).field() == field) {
          if (parts.get(i).integer()) {
            numbers[i] = parseLong(row, start, stop);
          } else {
            texts[i] = unescape(row, start, stop);
          }
        }
      }
      start = Math.min(stop + 1, end);
    }
    return new SortedRow(row, dataStart, end, numbers, texts);
  }

  long number(int part) {
    return numbers[part];
  }

  byte[] text(int part) {
    return texts[part];
  }

  int size() {
    return bytes.length;
  }

  boolean sameData(SortedRow other) {
    return Arrays.equals(bytes, dataStart, end, other.bytes, other.dataStart, other.end);
  }

  /** The columns' texts; null for NULL. */
  List<@Nullable String> columns() {
    List<@Nullable String> columns = new ArrayList<>();
    int start = dataStart;
    while (start <= end) {
      int stop = fieldEnd(bytes, start, end);
      columns.add(
          Arrays.equals(bytes, start, stop, NULL, 0, NULL.length)
              ? null
              : new String(unescape(bytes, start, stop), StandardCharsets.UTF_8));
      start = stop + 1;
    }
    return columns;
  }

  private static int fieldEnd(byte[] row, int start, int end) {
    int position = start;
    while (position < end && row[position] != TAB) {
      position++;
    }
    return position;
  }

  private static long parseLong(byte[] row, int start, int stop) {
    return Long.parseLong(new String(row, start, stop - start, StandardCharsets.ISO_8859_1));
  }

  static byte[] unescape(byte[] row, int start, int stop) {
    byte[] text = new byte[stop - start];
    int length = 0;
    for (int i = start; i < stop; i++) {
      byte next = row[i];
      if (next == '\\' && i + 1 < stop) {
        next =
            switch (row[++i]) {
              case 'b' -> '\b';
              case 'f' -> '\f';
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              case 'v' -> 0x0B;
              default -> row[i];
            };
      }
      text[length++] = next;
    }
    return Arrays.copyOf(text, length);
  }
}
