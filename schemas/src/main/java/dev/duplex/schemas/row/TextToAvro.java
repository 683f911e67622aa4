package dev.duplex.schemas.row;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Turns a value's text, as PostgreSQL's output functions make it, into the branch of its column's
 * union. Expects the session settings of {@code PostgresSession}: ISO dates, UTC, hex bytea.
 *
 * <p>A typed branch is taken only for a text that it can give back letter by letter; any other text
 * travels as it is in the string branch.
 */
final class TextToAvro {
  private static final int TYPED = 1;
  private static final int ESCAPED = 2;

  private TextToAvro() {}

  static void write(RowField field, byte[] text, int offset, int length, AvroBuffer out) {
    switch (field.carrier()) {
      case BOOLEAN -> {
        out.writeInt(TYPED);
        out.writeBoolean(text[offset] == 't');
      }
      case INT, LONG -> {
        out.writeInt(TYPED);
        out.writeLong(parseLong(text, offset, length)); // Avro's int and long are the same bytes
      }
      case FLOAT -> {
        out.writeInt(TYPED);
        out.writeFloat(Float.parseFloat(ascii(text, offset, length)));
      }
      case DOUBLE -> {
        out.writeInt(TYPED);
        out.writeDouble(Double.parseDouble(ascii(text, offset, length)));
      }
      case TEXT, UUID -> {
        out.writeInt(TYPED);
        out.writeBytes(text, offset, length);
      }
      case BYTES -> {
        out.writeInt(TYPED);
        writeHex(text, offset, length, out);
      }
      case TIME -> {
        out.writeInt(TYPED);
        out.writeLong(TextTime.timeMicros(text, offset, offset + length));
      }
      case DECIMAL -> writeDecimal(field.scale(), text, offset, length, out);
      case DATE -> {
        if (TextTime.isDate(text, offset, length)) {
          out.writeInt(TYPED);
          out.writeLong(TextTime.epochDay(text, offset));
        } else {
          escape(text, offset, length, out);
        }
      }
      case LOCAL_TIMESTAMP -> writeTimestamp(text, offset, length, length, out);
      case TIMESTAMP -> {
        boolean utc =
            length > 3
                && text[offset + length - 3] == '+'
                && text[offset + length - 2] == '0'
                && text[offset + length - 1] == '0';
        writeTimestamp(text, offset, length, utc ? length - 3 : -1, out);
      }
    }
  }

  private static void writeTimestamp(
      byte[] text, int offset, int length, int timestampLength, AvroBuffer out) {
    if (TextTime.isTimestamp(text, offset, timestampLength)) {
      out.writeInt(TYPED);
      out.writeLong(TextTime.epochMicros(text, offset, timestampLength));
    } else {
      escape(text, offset, length, out);
    }
  }

  private static void writeDecimal(int scale, byte[] text, int offset, int length, AvroBuffer out) {
    int point = scale == 0 ? offset + length : offset + length - scale - 1;
    boolean negative = length > 0 && text[offset] == '-';
    int first = negative ? offset + 1 : offset;
    boolean fits =
        point > first
            && (scale == 0 || text[point] == '.')
            && (text[first] != '0' || point == first + 1); // no zeros in front
    boolean zero = true;
    int digits = 0;
    for (int i = first; fits && i < offset + length; i++) {
      if (i != point) {
        fits = text[i] >= '0' && text[i] <= '9';
        zero &= text[i] == '0';
        digits++;
      }
    }
    if (!fits || (negative && zero)) {
      escape(text, offset, length, out);
      return;
    }
    out.writeInt(TYPED);
    if (digits <= 18) {
      writeUnscaled(unscaled(negative, point, text, offset, length), out);
    } else {
      String number = ascii(text, offset, length).replace(".", "");
      byte[] bytes = new BigInteger(number).toByteArray();
      out.writeBytes(bytes, 0, bytes.length);
    }
  }

  private static long unscaled(boolean negative, int point, byte[] text, int offset, int length) {
    long value = 0;
    for (int i = negative ? offset + 1 : offset; i < offset + length; i++) {
      if (i != point) {
        value = value * 10 + (text[i] - '0');
      }
    }
    return negative ? -value : value;
  }

  /** Two's complement, big-endian, as few bytes as hold the sign: Avro's decimal. */
  private static void writeUnscaled(long value, AvroBuffer out) {
    int count = 8;
    while (count > 1 && value >> ((count - 1) * 8 - 1) == (value < 0 ? -1 : 0)) {
      count--;
    }
    out.writeLong(count);
    int start = out.skip(count);
    for (int i = 0; i < count; i++) {
      out.set(start + i, (byte) (value >> ((count - 1 - i) * 8)));
    }
  }

  private static void writeHex(byte[] text, int offset, int length, AvroBuffer out) {
    int count = (length - 2) / 2; // \x and two digits a byte
    out.writeLong(count);
    int start = out.skip(count);
    for (int i = 0; i < count; i++) {
      int high = Character.digit(text[offset + 2 + 2 * i], 16);
      int low = Character.digit(text[offset + 3 + 2 * i], 16);
      out.set(start + i, (byte) (high << 4 | low));
    }
  }

  private static void escape(byte[] text, int offset, int length, AvroBuffer out) {
    out.writeInt(ESCAPED);
    out.writeBytes(text, offset, length);
  }

  private static long parseLong(byte[] text, int offset, int length) {
    boolean negative = text[offset] == '-';
    long value = 0; // counted down, because the smallest long has no positive twin
    for (int i = negative ? offset + 1 : offset; i < offset + length; i++) {
      value = value * 10 - (text[i] - '0');
    }
    return negative ? value : -value;
  }

  private static String ascii(byte[] text, int offset, int length) {
    return new String(text, offset, length, StandardCharsets.ISO_8859_1);
  }
}
