package dev.duplex.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DuplexConfigTest {
  @TempDir Path directory;

  @Test
  void shouldHaveTheDocumentedDefaults() {
    DuplexConfig config = ConfigText.load(directory, ConfigText.MINIMAL);

    assertThat(config)
        .isEqualTo(
            new DuplexConfig(
                "bank",
                Duration.ofSeconds(10),
                new PrimaryConfig(
                    new DatabaseConfig("jdbc:postgresql://db1/bank", "alice", Optional.empty()),
                    List.of(new TablePattern("public", "*")),
                    List.of(),
                    PrimaryConfig.Keyless.REFUSE),
                new SecondaryConfig(
                    new DatabaseConfig("jdbc:postgresql://db2/bank", "bob", Optional.empty()),
                    true),
                new KafkaConfig(new ClientProperties(Map.of("bootstrap.servers", "broker1:9092"))),
                new RegistryConfig("http://registry:8081", new ClientProperties(Map.of())),
                new TopicsConfig(3, Duration.ofDays(7)),
                new RelayConfig(
                    RelayConfig.Mode.EMBEDDED, new BatchLimit(100_000, 32L * 1024 * 1024)),
                new ApplyConfig(
                    ApplyConfig.OnMismatch.HEAL, new BatchLimit(10_000, 8L * 1024 * 1024)),
                new SpoolConfig(Path.of("spool"), 10L * 1024 * 1024 * 1024, 64L * 1024 * 1024),
                new CommitConfig(
                    CommitMode.ASYNC, Duration.ofSeconds(5), CommitConfig.OnDivergence.WARN),
                new StatusConfig(
                    Duration.ofSeconds(5), new HostPort("127.0.0.1", 8480), List.of(), List.of()),
                new ServiceConfig(Optional.empty()),
                new ServiceConfig(Optional.empty())));
  }

  @Test
  void shouldReadEveryKey() {
    DuplexConfig config =
        ConfigText.load(
            directory,
            """
            link: shop_2
            takeover-after: 2s
            primary:
              jdbc-url: jdbc:postgresql://db1:5433/shop?sslmode=verify-full
              username: alice
              password: one
              tables: [sales.*, "public.a*z"]
              exclude:
                - sales.audit
              keyless: full-row
            secondary:
              jdbc-url: jdbc:postgresql:shop
              username: bob
              password: two
              create-tables: false
            kafka:
              bootstrap.servers: broker1:9092,broker2:9092
              security.protocol: SSL
              linger.ms: 7
              check.crcs: false
            registry:
              url: https://registry1:8081,https://registry2:8081
              basic.auth.credentials.source: USER_INFO
            topics: { replication-factor: 1, retention: 36h }
            relay: { mode: external, max-transaction: { rows: 5, bytes: 6KB } }
            apply: { on-mismatch: halt, max-group: { rows: 7, bytes: 512 } }
            spool: { directory: /var/spool/duplex, max-size: 1TB, segment-size: 1GB }
            commit: { mode: applied, timeout: 250ms, on-divergence: throw }
            status: { diverged-after: 1m, http: "[::1]:0", links: ["shop_*"], services: ["db1:8481"] }
            producer: { http: "0.0.0.0:8481" }
            consumer: { http: "localhost:8482" }
            """);

    assertThat(config)
        .isEqualTo(
            new DuplexConfig(
                "shop_2",
                Duration.ofSeconds(2),
                new PrimaryConfig(
                    new DatabaseConfig(
                        "jdbc:postgresql://db1:5433/shop?sslmode=verify-full",
                        "alice",
                        Optional.of(new Secret("one"))),
                    List.of(new TablePattern("sales", "*"), new TablePattern("public", "a*z")),
                    List.of(new TablePattern("sales", "audit")),
                    PrimaryConfig.Keyless.FULL_ROW),
                new SecondaryConfig(
                    new DatabaseConfig(
                        "jdbc:postgresql:shop", "bob", Optional.of(new Secret("two"))),
                    false),
                new KafkaConfig(
                    new ClientProperties(
                        Map.of(
                            "bootstrap.servers",
                            "broker1:9092,broker2:9092",
                            "security.protocol",
                            "SSL",
                            "linger.ms",
                            "7",
                            "check.crcs",
                            "false"))),
                new RegistryConfig(
                    "https://registry1:8081,https://registry2:8081",
                    new ClientProperties(Map.of("basic.auth.credentials.source", "USER_INFO"))),
                new TopicsConfig(1, Duration.ofHours(36)),
                new RelayConfig(RelayConfig.Mode.EXTERNAL, new BatchLimit(5, 6 * 1024)),
                new ApplyConfig(ApplyConfig.OnMismatch.HALT, new BatchLimit(7, 512)),
                new SpoolConfig(Path.of("/var/spool/duplex"), 1L << 40, 1L << 30),
                new CommitConfig(
                    CommitMode.APPLIED, Duration.ofMillis(250), CommitConfig.OnDivergence.THROW),
                new StatusConfig(
                    Duration.ofMinutes(1),
                    new HostPort("::1", 0),
                    List.of(new LinkPattern("shop_*")),
                    List.of(new HostPort("db1", 8481))),
                new ServiceConfig(Optional.of(new HostPort("0.0.0.0", 8481))),
                new ServiceConfig(Optional.of(new HostPort("localhost", 8482)))));
    assertThat(config.kafka().bootstrapServers()).isEqualTo("broker1:9092,broker2:9092");
    assertThat(config.kafka().properties().toProperties()).containsEntry("linger.ms", "7");
    assertThat(config.status().http()).hasToString("[::1]:0");
  }

  @Test
  void shouldLoadTheSampleOfTheDesignAsItIs() throws Exception {
    Path sample = Path.of(getClass().getResource("/design-sample.yaml").toURI());

    assertSample(DuplexConfig.load(sample, variable -> variable.toLowerCase(Locale.ROOT)));
  }

  @Test
  void shouldLoadTheSampleOfTheReferencePageAsItIs() throws Exception {
    String page = Files.readString(Path.of("../docs/configuration.md"));
    String sample = page.split("```yaml\n")[1].split("```")[0];

    assertSample(
        ConfigText.load(
            directory,
            sample,
            Map.of(
                "PRIMARY_PASSWORD", "primary_password",
                "SECONDARY_PASSWORD", "secondary_password")));
  }

  private static void assertSample(DuplexConfig config) {
    assertThat(config.link()).isEqualTo("bank");
    assertThat(config.primary().database().password()).contains(new Secret("primary_password"));
    assertThat(config.secondary().database().password()).contains(new Secret("secondary_password"));
    assertThat(config.relay().mode()).isEqualTo(RelayConfig.Mode.EMBEDDED);
    assertThat(config.registry().url()).isEqualTo("http://registry:8080/apis/ccompat/v7");
  }

  @ParameterizedTest
  @CsvSource({"embedded,EMBEDDED", "external,EXTERNAL"})
  void shouldTakeTheRelayAsOneWord(String text, RelayConfig.Mode mode) {
    DuplexConfig config = ConfigText.load(directory, ConfigText.MINIMAL + "relay: " + text);

    assertThat(config.relay()).isEqualTo(new RelayConfig(mode, new BatchLimit(100_000, 32L << 20)));
  }

  @Test
  void shouldKeepTheOtherDefaultsOfAPartlyGivenSection() {
    DuplexConfig config =
        ConfigText.load(
            directory,
            ConfigText.MINIMAL + "relay: { max-transaction: { rows: 9 } }\ntopics:\nconsumer: {}");

    assertThat(config.relay())
        .isEqualTo(new RelayConfig(RelayConfig.Mode.EMBEDDED, new BatchLimit(9, 32L << 20)));
    assertThat(config.topics()).isEqualTo(new TopicsConfig(3, Duration.ofDays(7)));
  }

  @Test
  void shouldTakeNoneForNoHttpAndAnEmptyPasswordForNone() {
    DuplexConfig config =
        ConfigText.load(
            directory,
            ConfigText.MINIMAL.replace("bob", "bob, password: \"${NOTHING:}\"")
                + "producer: { http: none }");

    assertThat(config.producer().http()).isEmpty();
    assertThat(config.secondary().database().password()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "${LINK},blue",
    "a${LINK}_${LINK}z,ablue_bluez",
    "${MISSING:green},green",
    "${LINK:green},blue",
    "a${MISSING:}b,ab"
  })
  void shouldSubstituteTheEnvironment(String text, String expected) {
    String file = ConfigText.MINIMAL.replace("link: bank", "link: \"" + text + "\"");

    assertThat(ConfigText.load(directory, file, Map.of("LINK", "blue")).link()).isEqualTo(expected);
  }

  @Test
  void shouldSubstituteInNumbersListsAndPropertiesAndKeepLiterals() {
    String file =
        ConfigText.MINIMAL.replace(
                "username: alice", "username: alice, tables: [\"${S}.t\"], password: \"$${S}$1$\"")
            + "topics: { replication-factor: \"${FACTOR}\" }";
    file = file.replace("broker1:9092", "${S}:9092");

    DuplexConfig config = ConfigText.load(directory, file, Map.of("S", "x", "FACTOR", "2"));

    assertThat(config.primary().tables()).containsExactly(new TablePattern("x", "t"));
    assertThat(config.primary().database().password().map(Secret::reveal)).contains("${S}$1$");
    assertThat(config.kafka().bootstrapServers()).isEqualTo("x:9092");
    assertThat(config.topics().replicationFactor()).isEqualTo(2);
  }

  @Test
  void shouldSelectTablesByPattern() {
    PrimaryConfig primary =
        ConfigText.load(
                directory,
                ConfigText.MINIMAL.replace(
                    "alice", "alice, tables: [\"public.*\", \"s_*.a*c\"], exclude: [\"*.*_log\"]"))
            .primary();

    assertThat(primary.replicates("public", "account")).isTrue();
    assertThat(primary.replicates("public", "access_log")).isFalse();
    assertThat(primary.replicates("s_1", "ac")).isTrue();
    assertThat(primary.replicates("s_1", "abbc")).isTrue();
    assertThat(primary.replicates("s_1", "abcd")).isFalse();
    assertThat(primary.replicates("sx1", "ac")).isFalse();
    assertThat(primary.replicates("Public", "account")).isFalse();
  }

  @Test
  void shouldReadTheEnvironmentOfTheProcessByDefault() {
    Path file = ConfigText.write(directory, ConfigText.MINIMAL.replace("alice", "\"${PATH}\""));

    assertThat(DuplexConfig.load(file).primary().database().username())
        .isEqualTo(System.getenv("PATH"));
  }
}
