package dev.duplex.status.monitor;

import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The properties of the monitor's Kafka Streams. */
final class StreamsSettings {
  private static final int COMMIT_MILLIS = 200;
  private static final int CACHE_BYTES = 16 << 20;
  private static final int PRODUCER_BUFFER_BYTES = 8 << 20;
  private static final int FETCH_BYTES = 4 << 20;
  private static final int PARTITION_FETCH_BYTES = 256 << 10;
  // A monitor that was killed holds up the one that takes over for so long.
  private static final int SESSION_MILLIS = 6_000;
  private static final int HEARTBEAT_MILLIS = 2_000;
  private static final int TRANSACTION_MILLIS = 6_000;
  // A new link is seen after this time.
  private static final int METADATA_MILLIS = 3_000;
  private static final int BLOCK_MILLIS = 5_000;
  private static final long PROBING_MILLIS = 60_000;

  private StreamsSettings() {}

  static Properties of(MonitorSetup setup, int replicationFactor) {
    Properties settings = new Properties();
    // A client that forgets its brokers in an outage cannot send, and ends its thread for it;
    // another one is in the group only after this one's session. The runner ends a long standstill.
    settings.put(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
    settings.putAll(setup.kafka().admin());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, setup.applicationId());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // There is no global store; unless it is set, a warning is logged.
    settings.put("processing.exception.handler.global.enabled", true);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_MILLIS);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE_BYTES);
    settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replicationFactor);
    settings.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_MILLIS);
    settings.put(
        StreamsConfig.topicPrefix("min.insync.replicas"), replicationFactor >= 3 ? "2" : "1");
    // As the links' topics have it: a monitor's clock may be wrong, too.
    settings.put(StreamsConfig.topicPrefix("message.timestamp.type"), "LogAppendTime");
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), METADATA_MILLIS);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), SESSION_MILLIS);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        HEARTBEAT_MILLIS);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCH_BYTES);
    settings.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        PARTITION_FETCH_BYTES);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        TRANSACTION_MILLIS);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_BLOCK_MS_CONFIG), BLOCK_MILLIS);
    settings.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), PRODUCER_BUFFER_BYTES);
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
    return settings;
  }
}
