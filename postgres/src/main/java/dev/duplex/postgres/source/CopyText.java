package dev.duplex.postgres.source;

import dev.duplex.schemas.row.Tuple;

/** Reads rows in the text format of PostgreSQL's COPY. */
final class CopyText {
  private static final byte TAB = '\t';
  private static final byte NEWLINE = '\n';
  private static final byte BACKSLASH = '\\';

  private CopyText() {}

  /**
   * Fills a tuple from one row. The escapes are undone in place, so the array is used up and the
   * tuple is valid as long as the array.
   *
   * @param row one row, with or without the newline at its end
   */
  static void read(byte[] row, Tuple tuple) {
    int end = row.length > 0 && row[row.length - 1] == NEWLINE ? row.length - 1 : row.length;
    tuple.reset(row);
    int read = 0;
    while (true) {
      int start = read;
      int write = read;
      if (isNull(row, start, end)) {
        tuple.addNull();
        read += 2;
      } else {
        while (read < end && row[read] != TAB) {
          byte next = row[read++];
          if (next == BACKSLASH && read < end) {
            next = unescaped(row[read++]);
          }
          row[write++] = next;
        }
        tuple.addText(start, write - start);
      }
      if (read >= end) {
        return;
      }
      read++; // the tab
    }
  }

  private static boolean isNull(byte[] row, int start, int end) {
    return start + 2 <= end
        && row[start] == BACKSLASH
        && row[start + 1] == 'N'
        && (start + 2 == end || row[start + 2] == TAB);
  }

  private static byte unescaped(byte letter) {
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> NEWLINE;
      case 'r' -> '\r';
      case 't' -> TAB;
      case 'v' -> 0x0B;
      default -> letter;
    };
  }
}
