package dev.duplex.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplex.kafka.registry.Compatibility;
import dev.duplex.kafka.registry.MemoryRegistry;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.Seed;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Single records; heads of a real topic are tested with the relay. */
class ProgressLogTest {
  private static final KafkaSettings SETTINGS = new KafkaSettings(new Link("bank"), Map.of());
  private static final Progress PROGRESS =
      Progress.newBuilder()
          .setLink("bank")
          .setRole(Role.PRODUCER)
          .setState(ProgressState.LIVE)
          .setEpoch(3)
          .setInstance("1@host#abcd")
          .setHost("host")
          .setSystemId("7001")
          .setTimeline(1)
          .setTopicId("topic")
          .setPosition(Long.MAX_VALUE)
          .setTransactionId(4_294_967_295L)
          .setCommitMicros(1_700_000_000_000_000L)
          .setCutPosition(5L)
          .setCutOrder(6)
          .setDecoded(7)
          .setDecodedMicros(8)
          .setTransactions(9)
          .setChanges(10)
          .build();

  private final ProgressLog log = new ProgressLog(SETTINGS, MemoryRegistry.open());
  private final ProducerRecord<byte[], byte[]> written = log.record(PROGRESS);

  @Test
  void shouldReadWhatItWrote() {
    assertThat(written.topic()).isEqualTo("bank.progress");
    assertThat(log.decode(read(written.value(), true))).isEqualTo(PROGRESS);
  }

  @Test
  void shouldHaltAtRecordsThatAreNoProgress() {
    assertHalts(read(null, true));
    assertHalts(read(written.value(), false));
    assertHalts(read(new byte[] {1, 2, 3}, true));
    assertHalts(read("{\"json\": 1}".getBytes(StandardCharsets.UTF_8), true));
  }

  @Test
  void shouldHaltAtBrokenRecords() {
    long seed = Seed.choose("ProgressLogTest");
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      int length = WireFormat.HEADER_BYTES + random.nextInt(written.value().length - 5);
      assertHalts(read(Arrays.copyOf(written.value(), length), true));
    }
  }

  @Test
  void shouldNoticeARegistryThatWasResetIfItTakesPart() {
    SchemaRegistry other = MemoryRegistry.open();
    for (int id = 1; id <= 2; id++) {
      Schema schema = SchemaBuilder.record("Other" + id).fields().endRecord();
      other.register("other" + id, schema, Compatibility.NONE);
    }
    ProgressLog reset = new ProgressLog(SETTINGS, other);
    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> reset.decode(read(written.value(), true)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.SCHEMA_REJECTED));
  }

  @Test
  void shouldSeeWhateverBecomesOfTheRegistryIfItOnlyLooksOn() {
    ProgressLog observer = ProgressLog.ofObserver(SETTINGS, MemoryRegistry.open());
    assertThat(observer.decode(read(written.value(), true))).isEqualTo(PROGRESS);
  }

  private void assertHalts(ConsumerRecord<byte[], byte[]> record) {
    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> log.decode(record))
        .withMessageStartingWith("offset 12 of bank.progress is no progress record");
  }

  @SuppressWarnings("NullAway") // Kafka's records are null-valued in fact, but not annotated so
  private ConsumerRecord<byte[], byte[]> read(byte @Nullable [] value, boolean withHeader) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(written.topic(), 0, 12, written.key(), value);
    if (withHeader) {
      for (Header header : written.headers()) {
        record.headers().add(header);
      }
    }
    return record;
  }
}
