package dev.duplex.producer.spool;

import java.util.zip.CRC32C;

/** Checksums of diff files; see docs/formats/diff-file.md. */
final class Crc {
  private Crc() {}

  static int of(byte[] bytes, int offset, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, count);
    return (int) crc.getValue();
  }

  /**
   * A checksum that goes on from an earlier one. The JDK's own cannot be set to a value, which
   * cutting a file needs.
   */
  static CRC32C after(int checksum) {
    CRC32C crc = new CRC32C();
    crc.update(checksum >>> 24);
    crc.update(checksum >>> 16);
    crc.update(checksum >>> 8);
    crc.update(checksum);
    return crc;
  }

  static String format(int checksum) {
    return "%08x".formatted(checksum);
  }

  /** Takes only what {@link #format} makes: a letter of the other case is a flipped bit. */
  static int parse(String text) {
    int checksum = Integer.parseUnsignedInt(text, 16);
    if (!text.equals(format(checksum))) {
      throw new NumberFormatException("not eight lower-case hexadecimal digits: " + text);
    }
    return checksum;
  }
}
