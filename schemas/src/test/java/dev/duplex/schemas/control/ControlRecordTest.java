package dev.duplex.schemas.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.avro.CopyKey;
import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.avro.CopyPhase;
import java.util.List;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class ControlRecordTest {
  @Test
  void shouldTellBeginAndEndOfACopyApart() {
    ControlRecord begin = ControlRecord.of(copy(CopyPhase.BEGIN));
    ControlRecord end = ControlRecord.of(copy(CopyPhase.END));

    assertThat(begin.kind()).isEqualTo(ControlKind.COPY_BEGIN);
    assertThat(begin.kind().place()).isEqualTo(ControlKind.Place.VOIDS_WHAT_IS_OPEN);
    assertThat(end.kind()).isEqualTo(ControlKind.COPY_END);
    assertThat(end.kind().place()).isEqualTo(ControlKind.Place.BETWEEN_TRANSACTIONS);
    assertThat(end.key()).isEqualTo(new CopyKey("1f0c"));
    assertThat(end.subject()).isEqualTo("copy 1f0c");
    assertThat(end.body(CopyMarker.class).getRows()).isEqualTo(7);
  }

  @Test
  void shouldRefuseWhatIsOfNoKind() {
    assertThatThrownBy(() -> ControlRecord.of(new CopyKey("1f0c")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldKnowControlRecordsByTheirName() {
    var newer =
        SchemaBuilder.record("Watermark").namespace("dev.duplex.schemas.avro").fields().endRecord();
    var row =
        SchemaBuilder.record("Envelope").namespace("bank.public.accounts").fields().endRecord();

    assertThat(ControlKind.isControl(CopyMarker.getClassSchema())).isTrue();
    assertThat(ControlKind.isControl(newer)).isTrue();
    assertThat(ControlKind.isControl(row)).isFalse();
    assertThat(ControlKind.reader(CopyMarker.getClassSchema()))
        .contains(CopyMarker.getClassSchema());
    assertThat(ControlKind.reader(newer)).isEmpty();
  }

  private static CopyMarker copy(CopyPhase phase) {
    return CopyMarker.newBuilder()
        .setLink("bank")
        .setCopyId("1f0c")
        .setPhase(phase)
        .setSystemId("7001")
        .setTimeline(1)
        .setPosition(100)
        .setSnapshotMicros(1)
        .setTables(List.of())
        .setRows(7)
        .build();
  }
}
