package dev.duplex.status.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedPunctuator;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Kafka Streams does with a task that was corrupted: it initialises it anew, in place. */
final class LinkProcessorTest {
  private static final long STEP_MILLIS = 250;
  private static final long SECOND_MILLIS = 1_000;

  @TempDir private Path directory;
  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldNotGoOnWithTheBooksThatItHadBefore() {
    var context = context();
    LinkProcessor processor =
        new LinkProcessor(
            new MonitorTopology.Options("bank", TopologyRun.SILENT_AFTER, "1@here#0001"),
            run.registry,
            run,
            run.undecodable);
    processor.init(context);
    report(processor);
    processor.init(context);
    for (long time = 0; time < 3 * TopologyRun.SILENT_AFTER.toMillis(); time += STEP_MILLIS) {
      run.pass(TopologyRun.STEP);
      processor.process(record(Source.BEAT, FeedKey.beat(0), new byte[0], new RecordHeaders()));
      if (time % SECOND_MILLIS == 0) {
        report(processor);
      }
      for (CapturedPunctuator scheduled : context.scheduledPunctuators()) {
        if (!scheduled.cancelled()) {
          scheduled.getPunctuator().punctuate(time);
        }
      }
    }
    assertThat(context.forwarded()).isEmpty();
    processor.close();
    assertThat(context.scheduledPunctuators()).allMatch(CapturedPunctuator::cancelled);
  }

  private MockProcessorContext<ProducerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>>
      context() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "monitor");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    MockProcessorContext<ProducerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>> context =
        new MockProcessorContext<>(settings, new TaskId(0, 0), directory.toFile());
    for (String name : new String[] {MonitorTopology.LINKS_STORE, MonitorTopology.EVENTS_STORE}) {
      KeyValueStore<byte[], byte[]> store =
          Stores.keyValueStoreBuilder(
                  Stores.inMemoryKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
              .withLoggingDisabled()
              .build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
    }
    return context;
  }

  private void report(LinkProcessor processor) {
    for (Role role : Role.values()) {
      Progress progress = run.head("bank", role).build();
      ProducerRecord<byte[], byte[]> sent =
          new ProgressLog(new KafkaSettings(new Link("bank"), Map.of()), run.registry)
              .record(progress);
      processor.process(
          record(
              Source.PROGRESS,
              FeedKey.link("bank"),
              sent.value(),
              new RecordHeaders(sent.headers())));
    }
  }

  private Record<byte[], byte[]> record(
      Source source, byte[] key, byte[] value, RecordHeaders headers) {
    source.mark(headers);
    return new Record<>(key, value, TimeUnit.NANOSECONDS.toMillis(run.nanos()), headers);
  }
}
