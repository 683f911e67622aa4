package dev.duplex.consumer.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.avro.CopyPhase;
import dev.duplex.schemas.control.ControlKind;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.wire.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;

class ControlFormatTest {
  private final ControlFormat format = new ControlFormat(CopyMarker.getClassSchema());

  @Test
  void shouldReadWhatARelayWrites() throws IOException {
    assertThat(format.read(copyEnd())).map(ControlRecord::kind).contains(ControlKind.COPY_END);
  }

  @Test
  void shouldNotGuessWhatAKindToComeAsksFor() throws IOException {
    var newer =
        SchemaBuilder.record("Watermark").namespace("dev.duplex.schemas.avro").fields().endRecord();

    assertThat(new ControlFormat(newer).read(copyEnd())).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsCutShort() {
    assertThatThrownBy(() -> format.read(new byte[WireFormat.HEADER_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no control record: ");
  }

  private static byte[] copyEnd() throws IOException {
    CopyMarker marker =
        CopyMarker.newBuilder()
            .setLink("bank")
            .setCopyId("1f0c")
            .setPhase(CopyPhase.END)
            .setSystemId("7001")
            .setTimeline(1)
            .setPosition(100)
            .setSnapshotMicros(1)
            .setTables(List.of())
            .setRows(7)
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[WireFormat.HEADER_BYTES]);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(CopyMarker.class).write(marker, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}
