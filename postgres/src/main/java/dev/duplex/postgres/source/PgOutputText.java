package dev.duplex.postgres.source;

import dev.duplex.schemas.row.Tuple;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The parts that pgoutput's messages share. */
final class PgOutputText {
  private PgOutputText() {}

  /** A zero-terminated string. */
  static String readString(ByteBuffer message) {
    int start = message.position();
    while (message.get() != 0) {
      // find the end
    }
    int length = message.position() - 1 - start;
    return new String(
        message.array(), message.arrayOffset() + start, length, StandardCharsets.UTF_8);
  }

  /** TupleData: fills the tuple with where each column's text lies in the message. */
  static void readTuple(ByteBuffer message, Tuple tuple) {
    tuple.reset(message.array());
    int base = message.arrayOffset();
    int columns = message.getShort();
    for (int i = 0; i < columns; i++) {
      byte kind = message.get();
      switch (kind) {
        case 'n' -> tuple.addNull();
        case 'u' -> tuple.addUnchanged();
        case 't' -> {
          int length = message.getInt();
          tuple.addText(base + message.position(), length);
          message.position(message.position() + length);
        }
        default -> throw new IllegalStateException("pgoutput sent a column of kind " + (char) kind);
      }
    }
  }
}
