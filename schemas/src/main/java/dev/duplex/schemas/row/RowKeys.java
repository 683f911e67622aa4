package dev.duplex.schemas.row;

import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/** Shows row keys in messages: the only values of a row that appear there. */
public final class RowKeys {
  private static final int MAX_CHARACTERS = 200;

  private RowKeys() {}

  /** The key's columns and values as JSON, shortened if they are long. */
  public static String describe(Schema schema, byte[] key) {
    try {
      Object record =
          new GenericDatumReader<>(schema)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(
                          key,
                          WireFormat.HEADER_BYTES,
                          key.length - WireFormat.HEADER_BYTES,
                          null));
      String text = String.valueOf(record);
      return text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "…";
    } catch (IOException | AvroRuntimeException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }
}
