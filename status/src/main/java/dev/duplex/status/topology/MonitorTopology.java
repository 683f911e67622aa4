package dev.duplex.status.topology;

import dev.duplex.kafka.registry.SchemaRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.WallclockTimestampExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The topology: progress and status topics, keyed by link, repartitioned, brought together in two
 * stores, and the monitor's own events to the status topics. A pure function.
 */
public final class MonitorTopology {
  /** Into how many parts the links are divided, and so how many monitors can share the work. */
  public static final int PARTITIONS = 8;

  static final String LINKS_STORE = "links";
  static final String EVENTS_STORE = "events";

  // What is read when a monitor starts is at most two segments more than the newest values.
  private static final Map<String, String> CHANGELOG =
      Map.of(
          "segment.bytes", Integer.toString(2 << 20),
          "segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()),
          "min.cleanable.dirty.ratio", "0.1",
          "delete.retention.ms", Long.toString(Duration.ofMinutes(10).toMillis()),
          "unclean.leader.election.enable", "false");

  /**
   * What may differ between monitors.
   *
   * @param links a regular expression of the links' names
   * @param silentAfter a side that has not reported for so long counts as silent
   * @param instance names this process in the events it writes
   */
  public record Options(String links, Duration silentAfter, String instance) {}

  private MonitorTopology() {}

  /** Builds it. */
  public static Topology build(
      Options options,
      SchemaRegistry registry,
      MonitorEnvironment environment,
      Undecodable undecodable) {
    Serde<byte[]> bytes = Serdes.ByteArray();
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(store(LINKS_STORE));
    builder.addStateStore(store(EVENTS_STORE));
    builder.stream(
            Source.topics(options.links()),
            Consumed.with(bytes, bytes)
                .withName("topics")
                .withOffsetResetPolicy(AutoOffsetReset.earliest())
                // A sender's clock does not matter here.
                .withTimestampExtractor(new WallclockTimestampExtractor()))
        .process(() -> new LinkKeySelector(environment))
        .repartition(
            Repartitioned.<byte[], byte[]>as("by-link")
                .withKeySerde(bytes)
                .withValueSerde(bytes)
                .withNumberOfPartitions(PARTITIONS)
                .withStreamPartitioner(byLink()))
        .process(
            () -> new LinkProcessor(options, registry, environment, undecodable),
            LINKS_STORE,
            EVENTS_STORE)
        .to(
            (key, record, context) -> record.topic(),
            Produced.with(part(ProducerRecord::key), part(ProducerRecord::value)));
    return builder.build();
  }

  /** All that is known of a link goes to one partition. */
  @SuppressWarnings(
      "removal") // Kafka 4.4 prefers the one with headers, but leaves this one to be implemented
  private static StreamPartitioner<byte[], byte[]> byLink() {
    return (topic, key, value, partitions) ->
        Optional.of(Set.of(FeedKey.partition(key, partitions)));
  }

  /** The topics that are read for the links that a regular expression names. */
  public static Pattern topics(String links) {
    return Source.topics(links);
  }

  /** The changelog of the links: snapshots and signs of life. */
  public static String linksTopic(String applicationId) {
    return applicationId + "-" + LINKS_STORE + "-changelog";
  }

  /** The changelog of the events. */
  public static String eventsTopic(String applicationId) {
    return applicationId + "-" + EVENTS_STORE + "-changelog";
  }

  /** In memory; the cache makes one record out of many changes between two commits. */
  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
        .withCachingEnabled()
        .withLoggingEnabled(CHANGELOG);
  }

  private static Serde<ProducerRecord<byte[], byte[]>> part(
      java.util.function.Function<ProducerRecord<byte[], byte[]>, byte[]> part) {
    ByteArraySerializer bytes = new ByteArraySerializer();
    Serializer<ProducerRecord<byte[], byte[]>> serializer =
        (topic, record) -> bytes.serialize(topic, part.apply(record));
    Deserializer<ProducerRecord<byte[], byte[]>> none =
        (topic, data) -> {
          throw new UnsupportedOperationException("it is only written");
        };
    return Serdes.serdeFrom(serializer, none);
  }
}
