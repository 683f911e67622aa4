package dev.duplex.consumer.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.consumer.testing.Changes;
import dev.duplex.consumer.testing.ManualTime;
import dev.duplex.kafka.ClockWatcher;
import dev.duplex.kafka.KafkaClients;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.MemoryRegistry;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class ProgressReporterTest {
  private final ManualTime time = new ManualTime();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final KafkaSettings kafka = new KafkaSettings(new Link("bank"), Map.of(), new Clients());
  private final SchemaRegistry registry = MemoryRegistry.open();
  private final ProgressReporter reporter =
      new ProgressReporter(kafka, registry, "1@host#abcd", "host");
  private final ProgressLog log = new ProgressLog(kafka, registry);
  private int news;

  /** Kafka with this producer, and without a clock that is looked at. */
  private final class Clients implements KafkaClients {
    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> properties) {
      return producer;
    }

    @Override
    public Consumer<byte[], byte[]> consumer(Map<String, Object> properties) {
      throw new UnsupportedOperationException("nothing is read");
    }

    @Override
    public Admin admin(Map<String, Object> properties) {
      throw new UnsupportedOperationException("nothing is looked up");
    }

    @Override
    public Time time() {
      return time;
    }

    @Override
    public ClockWatcher clockWatcher() {
      return new ClockWatcher(time, new Standing());
    }
  }

  /** Loops that never go. */
  private static final class Standing implements Loops {
    @Override
    public Running start(String name, Loop loop) {
      return new Running() {
        @Override
        public void wake() {}

        @Override
        public void stop() {}

        @Override
        public boolean join(Duration limit) {
          return true;
        }
      };
    }
  }

  private void report(long position) {
    reporter.report(Changes.at(position), ProgressState.LIVE, null, null);
  }

  private List<Long> sent() {
    return producer.history().stream().map(record -> decode(record).getPosition()).toList();
  }

  private Progress decode(ProducerRecord<byte[], byte[]> record) {
    ConsumerRecord<byte[], byte[]> read =
        new ConsumerRecord<>(record.topic(), 0, 0, record.key(), record.value());
    record.headers().forEach(read.headers()::add);
    return log.decode(read);
  }

  @Test
  void shouldSendNothingBeforeThereIsSomethingToSay() {
    reporter.tick();
    assertThat(producer.history()).isEmpty();
  }

  @Test
  void shouldSendWhatIsNewAtOnceAndOnce() {
    reporter.onNews(() -> news++);
    report(0x200);
    assertThat(news).isEqualTo(1);
    reporter.tick();
    producer.completeNext();
    reporter.tick();
    assertThat(sent()).containsExactly(0x200L);
  }

  @Test
  void shouldHaveOneRecordOnItsWayAndThenSendTheNewest() {
    report(0x200);
    reporter.tick();
    report(0x300);
    report(0x400);
    reporter.tick();
    assertThat(sent()).containsExactly(0x200L);
    reporter.onNews(() -> news++);
    producer.completeNext();
    assertThat(news).isEqualTo(1); // what has come meanwhile is due
    reporter.tick();
    assertThat(sent()).containsExactly(0x200L, 0x400L);
  }

  @Test
  void shouldSendAHeartbeatEverySecond() {
    report(0x200);
    reporter.tick();
    producer.completeNext();
    time.pass(Duration.ofMillis(999));
    reporter.tick();
    assertThat(sent()).hasSize(1);
    time.pass(Duration.ofMillis(1));
    reporter.tick();
    assertThat(sent()).containsExactly(0x200L, 0x200L);
  }

  @Test
  void shouldSayNothingMoreOnceAnotherHasTheRole() {
    report(0x200);
    reporter.tick();
    producer.completeNext();
    reporter.silence();
    time.pass(Duration.ofSeconds(5));
    reporter.tick();
    reporter.close();
    assertThat(sent()).hasSize(1);
  }

  @Test
  void shouldTryAgainWhatFailed() {
    report(0x200);
    reporter.tick();
    producer.errorNext(new TimeoutException("no broker"));
    time.pass(Duration.ofSeconds(1));
    reporter.tick();
    producer.completeNext();
    assertThat(sent()).containsExactly(0x200L, 0x200L);
  }

  @Test
  void shouldSendTheLastStateWhenItIsClosed() {
    report(0x200);
    reporter.tick();
    producer.completeNext();
    reporter.report(Changes.at(0x300), ProgressState.HALTED, Reason.GAP, "GAP: a gap");
    reporter.close();
    assertThat(producer.closed()).isTrue();
    Progress last = decode(producer.history().get(1));
    assertThat(last.getState()).isEqualTo(ProgressState.HALTED);
    assertThat(last.getDetail()).isEqualTo("GAP: a gap");
    assertThat(last.getRole()).isEqualTo(Role.CONSUMER);
    assertThat(last.getPosition()).isEqualTo(0x300);
  }
}
