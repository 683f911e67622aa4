package dev.duplex.schemas.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Confluent's wire format: {@code 0x00}, the schema's id in four bytes, Avro binary; and our header
 * that says which schema the id meant when the record was written.
 */
public final class WireFormat {
  /** Bytes in front of the Avro binary. */
  public static final int HEADER_BYTES = 5;

  /**
   * Record header with the {@link #fingerprint} of the value's schema. A registry that was reset
   * and gives out its ids again is noticed by it.
   */
  public static final String FINGERPRINT_HEADER = "duplex.fingerprint";

  private static final byte MAGIC = 0;

  private WireFormat() {}

  /** Fills in the header of a message that was encoded with room for it. */
  public static void writeHeader(byte[] message, int schemaId) {
    message[0] = MAGIC;
    message[1] = (byte) (schemaId >>> 24);
    message[2] = (byte) (schemaId >>> 16);
    message[3] = (byte) (schemaId >>> 8);
    message[4] = (byte) schemaId;
  }

  /**
   * The schema's id.
   *
   * @throws IllegalArgumentException if the message is not in the wire format
   */
  public static int schemaId(byte[] message) {
    if (message.length < HEADER_BYTES || message[0] != MAGIC) {
      throw new IllegalArgumentException("not in the Confluent wire format");
    }
    return ByteBuffer.wrap(message, 1, 4).getInt();
  }

  /** CRC-64-AVRO over the schema's whole JSON, properties and logical types included. */
  public static byte[] fingerprint(Schema schema) {
    long crc =
        SchemaNormalization.fingerprint64(schema.toString().getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.allocate(8).putLong(crc).array();
  }
}
