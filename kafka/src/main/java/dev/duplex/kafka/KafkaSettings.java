package dev.duplex.kafka;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Kafka client properties: the user's, under those that the promises rest on, over those that are
 * only our defaults. The one place where they are decided; and what makes the clients.
 *
 * @param user any Kafka client property, {@code bootstrap.servers} among them
 * @param clients makes clients with these properties
 */
public record KafkaSettings(Link link, Map<String, String> user, KafkaClients clients) {
  /** Largest record; the topic and the clients agree on it. */
  public static final int MAX_RECORD_BYTES = 64 << 20;

  /** What the broker allows one Kafka transaction; the relay cuts well before. */
  public static final int TRANSACTION_TIMEOUT_MILLIS = 60_000;

  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  public KafkaSettings {
    user = Map.copyOf(user);
  }

  /** For the real brokers at {@code bootstrap.servers}. */
  public KafkaSettings(Link link, Map<String, String> user) {
    this(link, user, KafkaClients.real());
  }

  /** Where the link's records lie. */
  public LinkTopics topics() {
    return new LinkTopics(link);
  }

  /** A consumer with the properties of {@link #consumer}, closed by whoever asks for it. */
  public Consumer<byte[], byte[]> openConsumer() {
    return clients.consumer(consumer());
  }

  /** A client with the properties of {@link #admin}, closed by whoever asks for it. */
  public Admin openAdmin() {
    return clients.admin(admin());
  }

  /** The time that the clients go by. */
  public Time time() {
    return clients.time();
  }

  /** Watches whether the time of day is set back, by which Kafka's clients measure. */
  public ClockWatcher clockWatcher() {
    return clients.clockWatcher();
  }

  public String bootstrapServers() {
    return user.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
  }

  /** For administration. */
  public Map<String, Object> admin() {
    return common();
  }

  /**
   * The relay's producer: transactional, as {@code duplex-<link>}.
   *
   * @param longestBlock how long a call waits at most for Kafka
   */
  public Map<String, Object> transactionalProducer(Duration longestBlock) {
    Map<String, Object> settings = producer();
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, longestBlock.toMillis());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, link.transactionalId());
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
    return settings;
  }

  /** A producer outside of transactions, for the applier's progress. */
  public Map<String, Object> producer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // The largest record and its batch's overhead must fit; it is taken from the heap as needed.
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) MAX_RECORD_BYTES + (8 << 20));
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
    settings.putAll(common());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return settings;
  }

  /** A consumer without a group: it is told where to read and sees committed records only. */
  public Map<String, Object> consumer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
    settings.putAll(common());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return settings;
  }

  private Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    settings.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, 3_000);
    settings.putAll(user);
    return settings;
  }

  /** Without the values: they may hold secrets. */
  @Override
  public String toString() {
    return "KafkaSettings[" + bootstrapServers() + "]";
  }
}
