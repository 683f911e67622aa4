package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Seed;
import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the encoder writes by hand must be what Avro's generic reader reads. */
class EnvelopeEncoderTest {
  private static final TransactionStamp STAMP =
      TransactionStamp.of(4_294_967_295L, 0x16B384D848L, 0x16B384D000L, 1_700_000_000_123_456L);
  private static final Tuple ROW = Tuples.of("42", "Ada", "12.50", "2026-01-31");

  private final EnvelopeEncoder encoder = Accounts.encoder(Accounts.table());

  @ParameterizedTest
  @EnumSource(Operation.class)
  void shouldWriteEveryOperation(Operation operation) throws IOException {
    Tuple before = operation == Operation.UPDATE || operation == Operation.DELETE ? ROW : null;
    boolean hasAfter = operation != Operation.DELETE && operation != Operation.TRUNCATE;

    GenericRecord change =
        decode(encoder.change(operation, STAMP, 5, 7, 3, before, hasAfter ? ROW : null));

    assertThat(change.get("op")).hasToString(String.valueOf(operation.code()));
    assertThat(change.get("ts_ms")).isEqualTo(5L);
    assertThat(change.get("before") != null).isEqualTo(before != null);
    assertThat(change.get("after") != null).isEqualTo(hasAfter);
  }

  @Test
  void shouldSayWhereAChangeComesFrom() throws IOException {
    GenericRecord change = decode(encoder.change(Operation.CREATE, STAMP, 5, 7, 3, null, ROW));

    assertThat(change.get("source"))
        .hasToString(
            "{\"connector\": \"duplex\", \"name\": \"bank\", \"db\": \"bankdb\","
                + " \"schema\": \"public\", \"table\": \"accounts\", \"system_id\": \"7001\","
                + " \"timeline\": 3, \"txId\": 4294967295, \"position\": 97501108296,"
                + " \"ts_ms\": 1700000000123, \"ts_us\": 1700000000123456, \"unchanged\": []}");
    assertThat(change.get("transaction"))
        .hasToString(
            "{\"id\": \"4294967295:16/B384D848\", \"total_order\": 7,"
                + " \"data_collection_order\": 3, \"position\": 97501108296,"
                + " \"previous_position\": 97501106176, \"count\": null}");
  }

  @Test
  void shouldStampTheRowsOfACopy() throws IOException {
    TransactionStamp copy = TransactionStamp.ofCopy("c1", 99, -1);
    GenericRecord change = decode(encoder.change(Operation.READ, copy, 5, 1, 1, null, ROW));

    GenericRecord source = (GenericRecord) change.get("source");
    assertThat(source.get("txId")).isNull();
    assertThat(source.get("ts_ms")).isEqualTo(-1L); // rounded down, as before 1970 too
    GenericRecord transaction = (GenericRecord) change.get("transaction");
    assertThat(transaction.get("id")).hasToString("copy:c1");
    assertThat(transaction.get("previous_position")).isNull();
  }

  @Test
  void shouldNameUnchangedColumnsAndSendNothingForThem() throws IOException {
    Tuple row = Tuples.of("42", Tuples.UNCHANGED, null, Tuples.UNCHANGED);
    GenericRecord change = decode(encoder.change(Operation.UPDATE, STAMP, 5, 1, 1, null, row));

    List<?> unchanged = (List<?>) ((GenericRecord) change.get("source")).get("unchanged");
    assertThat(unchanged).map(Object::toString).containsExactly("owner name", "since");
    assertThat(change.get("after"))
        .hasToString(
            "{\"id\": 42, \"owner_x0020_name\": null, \"balance\": null, \"since\": null}");
  }

  @Test
  void shouldWriteKeysFromImagesThatHoldTheKeyAlone() throws IOException {
    byte[] key = encoder.key(Tuples.of("42", null, null, null));

    assertThat(key).isNotNull();
    assertThat(Messages.decode(encoder.schema().key(), key)).hasToString("{\"id\": 42}");
    assertThat(encoder.key(ROW)).isEqualTo(key);
  }

  @Test
  void shouldTakeTheWholeRowAsKeyWhereThatIsTheIdentity() throws IOException {
    EnvelopeEncoder fullRow = Accounts.encoder(Accounts.table(true));
    byte[] key = fullRow.key(ROW);

    assertThat(key).isNotNull();
    assertThat(Messages.decode(fullRow.schema().key(), key).getSchema().getFields()).hasSize(4);
  }

  @Test
  void shouldWriteNoKeyForATableWithoutOne() {
    assertThat(Accounts.encoder(Accounts.keyless()).key(Tuples.of("x"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576, 1L << 41, Long.MAX_VALUE})
  void shouldAddTheCountWhateverItsLength(long count) throws IOException {
    byte[] change = encoder.change(Operation.CREATE, STAMP, 5, 7, 3, null, ROW);
    byte[] last = EnvelopeEncoder.withCount(change, encoder.countOffset(), count);

    GenericRecord expected = decode(change);
    GenericRecord actual = decode(last);
    assertThat(((GenericRecord) actual.get("transaction")).get("count")).isEqualTo(count);
    ((GenericRecord) expected.get("transaction")).put("count", count);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void shouldLeaveRoomForTheHeaderAndKeepNothingOfTheLastChange() throws IOException {
    long seed = Seed.choose("EnvelopeEncoderTest");
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      int length = random.nextInt(10) == 0 ? 2_000_000 : random.nextInt(2_000);
      String text = "x".repeat(length);
      byte[] change =
          encoder.change(
              Operation.CREATE, STAMP, 5, i + 1, 1, null, Tuples.of("" + i, text, null, null));
      WireFormat.writeHeader(change, i);

      assertThat(WireFormat.schemaId(change)).isEqualTo(i);
      GenericRecord row = (GenericRecord) decode(change).get("after");
      assertThat(row.get("id")).as("seed %d", seed).isEqualTo((long) i);
      assertThat(row.get("owner_x0020_name")).as("seed %d", seed).hasToString(text);
    }
  }

  @Test
  void shouldTakeMoreColumnsThanATupleHasRoomForAtFirst() {
    String[] texts = new String[100];
    Arrays.setAll(texts, Integer::toString);
    Tuple tuple = Tuples.of(texts);

    assertThat(tuple.size()).isEqualTo(100);
    assertThat(tuple.length(99)).isEqualTo(2);
  }

  private GenericRecord decode(byte[] change) throws IOException {
    return Messages.decode(encoder.schema().envelope(), change);
  }
}
