package dev.duplex.schemas.row;

import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/** Shows row keys in messages: the only values of a row that appear there. */
public final class RowKeys {
  private static final int MAX_CHARACTERS = 200;

  private static final GenericData READABLE = new GenericData();

  static {
    READABLE.addLogicalTypeConversion(new Conversions.DecimalConversion());
    READABLE.addLogicalTypeConversion(new TimeConversions.DateConversion());
    READABLE.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    READABLE.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
  }

  private RowKeys() {}

  /** The key's columns and values as JSON, shortened if they are long. */
  public static String describe(Schema schema, byte[] key) {
    try {
      Object record =
          new GenericDatumReader<>(schema, schema, READABLE)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(
                          key,
                          WireFormat.HEADER_BYTES,
                          key.length - WireFormat.HEADER_BYTES,
                          null));
      String text = READABLE.toString(record);
      if (text.length() <= MAX_CHARACTERS) {
        return text;
      }
      // Not through the middle of a character that takes two.
      boolean split = Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1));
      return text.substring(0, split ? MAX_CHARACTERS + 1 : MAX_CHARACTERS) + "…";
    } catch (IOException | AvroRuntimeException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }
}
