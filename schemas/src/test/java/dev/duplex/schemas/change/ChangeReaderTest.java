package dev.duplex.schemas.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.EnvelopeSchema;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.row.Tuple;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChangeReaderTest {
  private static final PrimaryIdentity IDENTITY = new PrimaryIdentity("7123", 4);
  private static final Table TABLE =
      new Table(
          new TableId("public", "t"),
          List.of(
              new Column("id", SqlType.of("bigint"), true),
              new Column("big", SqlType.of("text"), false),
              new Column("at", SqlType.of("date"), false)),
          false);

  private final EnvelopeEncoder encoder =
      new EnvelopeEncoder(new Link("bank"), IDENTITY, "db", TABLE);
  private final RowFormat format = new RowFormat(RowLayout.of(encoder.schema().envelope()));
  private final ChangeReader reader = new ChangeReader();
  private final Change change = new Change();

  private byte[] update() {
    Tuple after = new Tuple();
    byte[] text = "123infinity".getBytes(StandardCharsets.UTF_8);
    after.reset(text);
    after.addText(0, 3);
    after.addUnchanged();
    after.addText(3, 8);
    Tuple before = new Tuple();
    before.reset(text);
    before.addText(0, 2);
    before.addNull();
    before.addNull();
    byte[] record =
        encoder.change(
            Operation.UPDATE, TransactionStamp.of(9, 0x100, 0xF0L, 77), 5, 3, 2, before, after);
    return EnvelopeEncoder.withCount(record, encoder.countOffset(), 3);
  }

  @Test
  void shouldReadWhatTheEncoderWrites() {
    byte[] record = update();
    reader.read(record, format, change);
    assertThat(change.operation()).isEqualTo(Operation.UPDATE);
    assertThat(change.identity()).isEqualTo(IDENTITY);
    assertThat(change.transactionId()).isEqualTo(9);
    assertThat(change.position()).isEqualTo(0x100);
    assertThat(change.previousPosition()).isEqualTo(0xF0);
    assertThat(change.commitMicros()).isEqualTo(77);
    assertThat(change.order()).isEqualTo(3);
    assertThat(change.count()).isEqualTo(3);
    assertThat(change.unchanged()).hasToString("{1}");
    assertThat(change.copyId()).isNull();
    assertThat(change.after()).isGreaterThan(change.before());
  }

  @Test
  void shouldReadEnvelopesThatLieOneAfterTheOther() {
    byte[] record = update();
    int length = record.length - WireFormat.HEADER_BYTES;
    byte[] block = new byte[3 + 2 * length];
    System.arraycopy(record, WireFormat.HEADER_BYTES, block, 3, length);
    System.arraycopy(record, WireFormat.HEADER_BYTES, block, 3 + length, length);
    int end = reader.readAmong(block, 3, format, change);
    assertThat(end).isEqualTo(3 + length);
    assertThat(reader.readAmong(block, end, format, change)).isEqualTo(block.length);
    assertThat(change.bytes()).isEqualTo(record);
    Change alone = new Change();
    reader.read(record, format, alone);
    assertThat(change.before()).isEqualTo(alone.before());
    assertThat(change.after()).isEqualTo(alone.after());
    assertThat(change.previousPositionOffset()).isEqualTo(alone.previousPositionOffset());
  }

  @Test
  void shouldTakeTheKeyFromTheRowBefore() {
    reader.read(update(), format, change);
    Tuple before = new Tuple();
    before.reset("12".getBytes(StandardCharsets.UTF_8));
    before.addText(0, 2);
    before.addNull();
    before.addNull();
    assertThat(RowKey.of(change, format)).isEqualTo(encoder.key(before));
    assertThat(EnvelopeSchema.of(encoder.schema().envelope())).isEqualTo(encoder.schema());
  }

  @Test
  void shouldFillInThePreviousPosition() {
    Tuple row = new Tuple();
    row.reset("7".getBytes(StandardCharsets.UTF_8));
    row.addText(0, 1);
    row.addNull();
    row.addNull();
    byte[] open =
        encoder.change(
            Operation.CREATE,
            new TransactionStamp("9:0/100", 9L, 0x100, null, 77),
            5,
            1,
            1,
            null,
            row);
    reader.read(open, format, change);
    assertThat(change.hasPreviousPosition()).isFalse();
    byte[] filled =
        EnvelopeEncoder.withPreviousPosition(open, change.previousPositionOffset(), 0xF0);
    reader.read(filled, format, change);
    assertThat(change.previousPosition()).isEqualTo(0xF0);
    assertThat(change.position()).isEqualTo(0x100);
  }

  @Test
  void shouldRefuseARecordThatIsCutOrGoesOn() {
    byte[] record = update();
    for (int length = 0; length < record.length; length++) {
      byte[] cut = Arrays.copyOf(record, length);
      assertThatThrownBy(() -> reader.read(cut, format, change))
          .as("%d of %d bytes", length, record.length)
          .isInstanceOf(IllegalArgumentException.class);
    }
    byte[] longer = Arrays.copyOf(record, record.length + 1);
    assertThatThrownBy(() -> reader.read(longer, format, change))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRefuseGarbageInNoOtherWay() {
    long seed = 42;
    Random random = new Random(seed);
    byte[] record = update();
    for (int round = 0; round < 20_000; round++) {
      byte[] garbage = record.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        garbage[5 + random.nextInt(garbage.length - 5)] = (byte) random.nextInt();
      }
      try {
        reader.read(garbage, format, change);
      } catch (IllegalArgumentException expected) {
        assertThat(expected).hasMessageMatching("(?s).+");
      } catch (RuntimeException e) {
        fail("seed " + seed + ", round " + round, e);
      }
    }
  }
}
