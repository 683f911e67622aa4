package dev.duplex.postgres.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes pgoutput's messages as the protocol page describes them, for one table {@code s.t(id,
 * name)}.
 */
final class PgOutputMessages {
  static final String UNCHANGED = "(unchanged)";
  static final int RELATION = 16384;
  private static final int INT4 = 23;
  private static final int TEXT = 25;
  private static final int NO_MODIFIER = -1;

  private PgOutputMessages() {}

  static ByteBuffer relation() {
    ByteBuffer message = buffer().put((byte) 'R').putInt(RELATION);
    string(message, "s");
    string(message, "t");
    message.put((byte) 'd').putShort((short) 2);
    message.put((byte) 1);
    string(message, "id");
    message.putInt(INT4).putInt(NO_MODIFIER);
    message.put((byte) 0);
    string(message, "name");
    return message.putInt(TEXT).putInt(NO_MODIFIER).flip();
  }

  static ByteBuffer begin(long position, int transactionId) {
    return buffer().put((byte) 'B').putLong(position).putLong(0).putInt(transactionId).flip();
  }

  static ByteBuffer commit(long position) {
    return buffer()
        .put((byte) 'C')
        .put((byte) 0)
        .putLong(position)
        .putLong(position + 48)
        .putLong(0)
        .flip();
  }

  static ByteBuffer insert(String id, @Nullable String name) {
    ByteBuffer message = buffer().put((byte) 'I').putInt(RELATION).put((byte) 'N');
    return tuple(message, id, name).flip();
  }

  static ByteBuffer update(@Nullable String oldId, String id, @Nullable String name) {
    ByteBuffer message = buffer().put((byte) 'U').putInt(RELATION);
    if (oldId != null) {
      tuple(message.put((byte) 'K'), oldId, null);
    }
    return tuple(message.put((byte) 'N'), id, name).flip();
  }

  static ByteBuffer delete(String id) {
    ByteBuffer message = buffer().put((byte) 'D').putInt(RELATION).put((byte) 'K');
    return tuple(message, id, null).flip();
  }

  static ByteBuffer truncate() {
    return buffer().put((byte) 'T').putInt(1).put((byte) 0).putInt(RELATION).flip();
  }

  private static ByteBuffer tuple(ByteBuffer message, @Nullable String... columns) {
    message.putShort((short) columns.length);
    for (String column : columns) {
      if (column == null) {
        message.put((byte) 'n');
      } else if (column.equals(UNCHANGED)) {
        message.put((byte) 'u');
      } else {
        byte[] text = column.getBytes(StandardCharsets.UTF_8);
        message.put((byte) 't').putInt(text.length).put(text);
      }
    }
    return message;
  }

  private static void string(ByteBuffer message, String text) {
    message.put(text.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(256);
  }
}
