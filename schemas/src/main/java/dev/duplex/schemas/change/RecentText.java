package dev.duplex.schemas.change;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text that repeats from record to record: decoded once, then only compared. */
final class RecentText {
  private byte[] bytes = new byte[0];
  private String text = "";

  /** Reads a string. */
  String read(AvroReader in) {
    int length = in.readLength();
    int start = in.position();
    in.skip(length);
    if (!Arrays.equals(bytes, 0, bytes.length, in.bytes(), start, start + length)) {
      bytes = Arrays.copyOfRange(in.bytes(), start, start + length);
      text = new String(bytes, StandardCharsets.UTF_8);
    }
    return text;
  }
}
