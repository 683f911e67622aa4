package dev.duplex.consumer.decode;

import dev.duplex.schemas.control.ControlKind;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.wire.GeneratedRecords;
import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record that is no row.
 *
 * @param writer the schema that it was written with
 */
public record ControlFormat(Schema writer) implements RecordFormat {
  public ControlFormat {
    GeneratedRecords.trust();
  }

  /**
   * Reads the record; nothing if it is of a kind that this version does not know.
   *
   * @throws IllegalArgumentException if the bytes are none
   */
  public Optional<ControlRecord> read(byte[] record) {
    return ControlKind.reader(writer).map(reader -> read(record, reader));
  }

  private ControlRecord read(byte[] record, Schema reader) {
    try {
      return ControlRecord.of(
          new SpecificDatumReader<SpecificRecord>(writer, reader)
              .read(
                  null,
                  DecoderFactory.get()
                      .binaryDecoder(
                          record,
                          WireFormat.HEADER_BYTES,
                          record.length - WireFormat.HEADER_BYTES,
                          null)));
    } catch (IOException | AvroRuntimeException e) {
      throw new IllegalArgumentException("no control record: " + e.getMessage(), e);
    }
  }
}
