package dev.duplex.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one link, the same file for all roles. It has one component for each key at
 * the top of the file, so that {@code commit.timeout} is {@code config.commit().timeout()}.
 * Immutable; printing it shows no secret.
 *
 * @param link the link's name, {@code [a-z0-9_]{1,40}}
 * @param takeoverAfter after this silence another instance takes over, at least 2 seconds
 * @param primary the database that is written to
 * @param secondary the database that is kept identical
 * @param kafka how to reach Kafka
 * @param registry how to reach the schema registry
 * @param topics how the topics are created
 * @param relay the relay
 * @param apply the applier
 * @param spool the diff files
 * @param commit what a commit waits for
 * @param status the status of the link and its monitor
 * @param producer the process of {@code duplex producer}
 * @param consumer the process of {@code duplex consumer}
 */
public record DuplexConfig(
    String link,
    Duration takeoverAfter,
    PrimaryConfig primary,
    SecondaryConfig secondary,
    KafkaConfig kafka,
    RegistryConfig registry,
    TopicsConfig topics,
    RelayConfig relay,
    ApplyConfig apply,
    SpoolConfig spool,
    CommitConfig commit,
    StatusConfig status,
    ServiceConfig producer,
    ServiceConfig consumer) {
  private static final Pattern LINK = Pattern.compile("[a-z0-9_]{1,40}");
  private static final Duration TAKEOVER_AFTER_MIN = Duration.ofSeconds(2);

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public DuplexConfig {
    checks(link, takeoverAfter).done();
  }

  /**
   * Reads a file, with the environment of this process.
   *
   * @throws ConfigException with every problem of the file, also if it cannot be read
   */
  public static DuplexConfig load(Path file) {
    return load(file, System::getenv);
  }

  /**
   * Reads a file.
   *
   * @param environment gives the value of a variable, or null if it is not set
   * @throws ConfigException with every problem of the file, also if it cannot be read
   */
  public static DuplexConfig load(Path file, Function<String, @Nullable String> environment) {
    return new ConfigFile(file).read(environment, DuplexConfig::read);
  }

  private static Optional<DuplexConfig> read(Section root) {
    String link = root.required("link", "bank", Scalars::text);
    Duration takeoverAfter =
        root.value("takeover-after", Duration.ofSeconds(10), Scalars::duration);
    root.check(checks(link, takeoverAfter));
    String database = "{ jdbc-url: \"jdbc:postgresql://HOST/DATABASE\", username: duplex }";
    Optional<PrimaryConfig> primary =
        root.requiredSection("primary", database, PrimaryConfig::read);
    Optional<SecondaryConfig> secondary =
        root.requiredSection("secondary", database, SecondaryConfig::read);
    Optional<KafkaConfig> kafka =
        root.requiredSection("kafka", "{ bootstrap.servers: \"HOST:9092\" }", KafkaConfig::read);
    Optional<RegistryConfig> registry =
        root.requiredSection("registry", "{ url: \"http://HOST:PORT\" }", RegistryConfig::read);
    Optional<TopicsConfig> topics = root.section("topics", TopicsConfig::read);
    Optional<RelayConfig> relay = RelayConfig.read(root);
    Optional<ApplyConfig> apply = root.section("apply", ApplyConfig::read);
    Optional<SpoolConfig> spool = root.section("spool", SpoolConfig::read);
    Optional<CommitConfig> commit = root.section("commit", CommitConfig::read);
    Optional<StatusConfig> status = root.section("status", StatusConfig::read);
    Optional<ServiceConfig> producer = root.section("producer", ServiceConfig::read);
    Optional<ServiceConfig> consumer = root.section("consumer", ServiceConfig::read);
    return root.buildIfSound(
        () ->
            new DuplexConfig(
                link,
                takeoverAfter,
                primary.orElseThrow(),
                secondary.orElseThrow(),
                kafka.orElseThrow(),
                registry.orElseThrow(),
                topics.orElseThrow(),
                relay.orElseThrow(),
                apply.orElseThrow(),
                spool.orElseThrow(),
                commit.orElseThrow(),
                status.orElseThrow(),
                producer.orElseThrow(),
                consumer.orElseThrow()));
  }

  private static Checks checks(String link, Duration takeoverAfter) {
    return new Checks()
        .that(
            LINK.matcher(link).matches(),
            "link",
            "is not a valid name; write 1 to 40 lower-case letters, digits or underscores")
        .that(
            takeoverAfter.compareTo(TAKEOVER_AFTER_MIN) >= 0,
            "takeover-after",
            "is too short to tell a slow instance from a dead one; write at least 2s");
  }
}
