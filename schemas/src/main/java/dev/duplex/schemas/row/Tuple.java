package dev.duplex.schemas.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A row in PostgreSQL's text form: where each column's text lies in a buffer that somebody else
 * owns. One tuple is filled again for each row, so that a row costs no object.
 *
 * <p>Not thread-safe; the content is valid until the buffer's owner reuses it.
 */
public final class Tuple implements SourceRow {
  private static final int NULL = -1;
  private static final int UNCHANGED = -2;

  private byte[] bytes = new byte[0];
  private int[] offsets = new int[16];
  private int[] lengths = new int[16];
  private int size;

  /** Starts a new row whose texts lie in {@code buffer}. */
  public void reset(byte[] buffer) {
    bytes = buffer;
    size = 0;
  }

  public void addText(int offset, int length) {
    add(offset, length);
  }

  public void addNull() {
    add(0, NULL);
  }

  /** A large value stored out of line that the primary did not send because it is as before. */
  public void addUnchanged() {
    add(0, UNCHANGED);
  }

  public int size() {
    return size;
  }

  public boolean isNull(int column) {
    return lengths[column] == NULL;
  }

  public boolean isUnchanged(int column) {
    return lengths[column] == UNCHANGED;
  }

  @Override
  public void write(List<RowField> fields, AvroBuffer out) {
    for (int i = 0; i < fields.size(); i++) {
      writeColumn(fields.get(i), i, out);
    }
  }

  @Override
  public void writeKey(List<RowField> fields, AvroBuffer out) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).key()) {
        writeColumn(fields.get(i), i, out);
      }
    }
  }

  @Override
  public List<String> unchanged(List<RowField> fields) {
    List<String> names = List.of();
    for (int i = 0; i < fields.size(); i++) {
      if (isUnchanged(i)) {
        names = names.isEmpty() ? new ArrayList<>() : names;
        names.add(fields.get(i).column());
      }
    }
    return names;
  }

  int length(int column) {
    return lengths[column];
  }

  private void writeColumn(RowField field, int column, AvroBuffer out) {
    int length = lengths[column];
    if (length < 0) {
      out.writeNull();
    } else {
      TextToAvro.write(field, bytes, offsets[column], length, out);
    }
  }

  private void add(int offset, int length) {
    if (size == lengths.length) {
      offsets = Arrays.copyOf(offsets, size * 2);
      lengths = Arrays.copyOf(lengths, size * 2);
    }
    offsets[size] = offset;
    lengths[size++] = length;
  }
}
