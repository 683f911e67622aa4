package dev.duplex.schemas.row;

import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** Reads what the encoder wrote with nothing but Avro. */
final class Messages {
  private Messages() {}

  static GenericRecord decode(Schema schema, byte[] message) throws IOException {
    BinaryDecoder decoder =
        DecoderFactory.get()
            .binaryDecoder(
                message, WireFormat.HEADER_BYTES, message.length - WireFormat.HEADER_BYTES, null);
    GenericRecord record = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IOException("bytes are left over");
    }
    return record;
  }
}
