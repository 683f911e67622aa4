package dev.duplex.consumer.decode;

import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;

/**
 * Begin or end of a copy.
 *
 * @param writer the schema that the marker was written with
 */
public record MarkerFormat(Schema writer) implements RecordFormat {
  /**
   * Reads the marker.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  public CopyMarker read(byte[] record) {
    try {
      return new SpecificDatumReader<CopyMarker>(writer, CopyMarker.getClassSchema())
          .read(
              null,
              DecoderFactory.get()
                  .binaryDecoder(
                      record,
                      WireFormat.HEADER_BYTES,
                      record.length - WireFormat.HEADER_BYTES,
                      null));
    } catch (IOException | AvroRuntimeException e) {
      throw new IllegalArgumentException("no copy marker: " + e.getMessage(), e);
    }
  }
}
