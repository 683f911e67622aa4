package dev.duplex.config;

import java.util.Optional;
import java.util.Set;

/**
 * How to reach Kafka.
 *
 * @param properties properties for every Kafka client of Duplex, {@code bootstrap.servers} among
 *     them; none that Duplex sets itself
 */
public record KafkaConfig(ClientProperties properties) {
  private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

  /** What the promises of Duplex rest on is not left to a setting. */
  private static final Set<String> OWNED =
      Set.of(
          "transactional.id",
          "enable.idempotence",
          "acks",
          "isolation.level",
          "auto.offset.reset",
          "enable.auto.commit",
          "group.id",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer");

  /**
   * Checks the properties.
   *
   * @throws ConfigException with everything that is wrong
   */
  public KafkaConfig {
    Checks checks = new Checks();
    for (String key : properties.asMap().keySet()) {
      checks.that(!OWNED.contains(key), key, "is set by Duplex itself; remove it");
    }
    checks
        .that(
            properties.get(BOOTSTRAP_SERVERS).filter(servers -> !servers.isBlank()).isPresent(),
            BOOTSTRAP_SERVERS,
            "is missing; add it, for example bootstrap.servers: \"broker1:9092\"")
        .done();
  }

  /** The brokers to begin with, {@code host:port} with commas between. */
  public String bootstrapServers() {
    return properties.get(BOOTSTRAP_SERVERS).orElseThrow();
  }

  static Optional<KafkaConfig> read(Section section) {
    ClientProperties properties = section.otherProperties();
    return section.build(() -> new KafkaConfig(properties));
  }
}
