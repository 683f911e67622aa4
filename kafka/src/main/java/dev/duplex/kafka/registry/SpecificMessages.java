package dev.duplex.kafka.registry;

import dev.duplex.schemas.wire.GeneratedRecords;
import dev.duplex.schemas.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Generated records (progress, markers) in the wire format. Not for the hot path, and not
 * thread-safe.
 */
public final class SpecificMessages {
  private final SchemaRegistry registry;
  private final Map<Schema, Integer> ids = new HashMap<>();
  private final Map<Schema, byte[]> fingerprints = new HashMap<>();

  public SpecificMessages(SchemaRegistry registry) {
    GeneratedRecords.trust();
    this.registry = registry;
  }

  /** The record's bytes; its schema is registered for the topic the first time. */
  public byte[] encode(String topic, SpecificRecord message, Compatibility compatibility) {
    Schema schema = message.getSchema();
    int id = ids.computeIfAbsent(schema, s -> registry.register(topic, s, compatibility));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    bytes.writeBytes(new byte[WireFormat.HEADER_BYTES]);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new SpecificDatumWriter<SpecificRecord>(schema).write(message, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writes to memory
    }
    byte[] result = bytes.toByteArray();
    WireFormat.writeHeader(result, id);
    return result;
  }

  /**
   * Reads a record, resolving what another version wrote.
   *
   * @throws IllegalArgumentException if the bytes are no such record
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // the reader schema belongs to the type
  public <T extends SpecificRecord> T decode(byte[] message, byte[] fingerprint, Schema reader) {
    return decode(message, registry.byId(WireFormat.schemaId(message), fingerprint), reader);
  }

  /**
   * As {@link #decode}, for those who only look on: the registry is asked only for what another
   * version wrote, so they see also while it is away, or after it was reset.
   *
   * @throws IllegalArgumentException if the bytes are no such record
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // the reader schema belongs to the type
  public <T extends SpecificRecord> T observe(byte[] message, byte[] fingerprint, Schema reader) {
    int id = WireFormat.schemaId(message);
    byte[] own = fingerprints.computeIfAbsent(reader, WireFormat::fingerprint);
    return decode(
        message, Arrays.equals(fingerprint, own) ? reader : registry.byId(id, fingerprint), reader);
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // as above
  private static <T extends SpecificRecord> T decode(byte[] message, Schema writer, Schema reader) {
    try {
      return new SpecificDatumReader<T>(writer, reader)
          .read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(
                      message,
                      WireFormat.HEADER_BYTES,
                      message.length - WireFormat.HEADER_BYTES,
                      null));
    } catch (IOException | AvroRuntimeException e) {
      throw new IllegalArgumentException("not a " + reader.getName() + ": " + e.getMessage(), e);
    }
  }
}
