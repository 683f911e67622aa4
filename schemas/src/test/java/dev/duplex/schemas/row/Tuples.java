package dev.duplex.schemas.row;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Rows for tests, made from strings. */
final class Tuples {
  /** Stands for a value that the primary did not send. */
  static final String UNCHANGED = "\0unchanged";

  private Tuples() {}

  static Tuple of(@Nullable String... texts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0); // texts need not begin at the buffer's begin
    for (String text : texts) {
      if (text != null) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    Tuple tuple = new Tuple();
    tuple.reset(bytes.toByteArray());
    int offset = 1;
    for (String text : texts) {
      if (text == null) {
        tuple.addNull();
        continue;
      }
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      if (text.equals(UNCHANGED)) {
        tuple.addUnchanged();
      } else {
        tuple.addText(offset, length);
      }
      offset += length;
    }
    return tuple;
  }
}
