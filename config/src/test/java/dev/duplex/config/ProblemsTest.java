package dev.duplex.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {
  private static final String DURATION =
      "is not a duration; write a whole number and its unit, such as 500ms, 5s, 10m, 2h or 7d";

  @TempDir Path directory;

  @Test
  void shouldReportEverythingAtOnceInTheOrderOfTheFile() {
    List<String> problems =
        ConfigText.problems(
            directory,
            """
            link: Bank
            takeover-after: 1s
            primary:
              jdbc-ulr: jdbc:postgresql://db1/bank
              username: [a, b]
              password: "${PRIMARY_PASSWORD}"
              tables: [accounts, "public.*", [x]]
              keyless: full
            secondary:
              jdbc-url: mysql://db2/bank
              create-tables: perhaps
            kafka:
              acks: 1
              sasl: { mechanism: PLAIN }
            topics: { replication-factor: many, retention: 7 days }
            apply: { max-group: { rows: 0, bytes: 8MiB } }
            spool: { max-size: 1MB, segment-size: 2MB }
            relay: internal
            status: { http: 8480 }
            commit: async
            dead-line: 5s
            """);

    assertThat(problems)
        .containsExactly(
            "duplex.yaml:1: link: is not a valid name; write 1 to 40 lower-case letters, digits or"
                + " underscores",
            "duplex.yaml:1: registry: is missing; add the section, for example registry: { url:"
                + " \"http://HOST:PORT\" }",
            "duplex.yaml:2: takeover-after: is too short to tell a slow instance from a dead one;"
                + " write at least 2s",
            "duplex.yaml:3: primary.jdbc-url: is missing; add it, for example jdbc-url:"
                + " jdbc:postgresql://HOST/DATABASE",
            "duplex.yaml:4: primary.jdbc-ulr: is not a known key; did you mean jdbc-url?",
            "duplex.yaml:5: primary.username: is a list; write a single value",
            "duplex.yaml:6: primary.password: the environment variable PRIMARY_PASSWORD is not set;"
                + " set it, or give a default with ${PRIMARY_PASSWORD:default}",
            "duplex.yaml:7: primary.tables[0]: 'accounts' is not schema.table; write it like"
                + " public.account or public.*",
            "duplex.yaml:7: primary.tables[2]: is a list; write a single value",
            "duplex.yaml:8: primary.keyless: 'full' is not known here; write refuse or full-row",
            "duplex.yaml:9: secondary.username: is missing; add it, for example username: duplex",
            "duplex.yaml:10: secondary.jdbc-url: is not the address of a PostgreSQL database; write"
                + " jdbc:postgresql://HOST/DATABASE",
            "duplex.yaml:11: secondary.create-tables: 'perhaps' is neither true nor false; write"
                + " one of them",
            "duplex.yaml:12: kafka.bootstrap.servers: is missing; add it, for example"
                + " bootstrap.servers: \"broker1:9092\"",
            "duplex.yaml:13: kafka.acks: is set by Duplex itself; remove it",
            "duplex.yaml:14: kafka.sasl: is a section; write a single value",
            "duplex.yaml:15: topics.replication-factor: 'many' is not a whole number; write one"
                + " such as 3",
            "duplex.yaml:15: topics.retention: '7 days' " + DURATION,
            "duplex.yaml:16: apply.max-group.bytes: '8MiB' is not a size; write a whole number of"
                + " bytes or one with its unit, such as 512, 64KB, 64MB or 10GB",
            "duplex.yaml:16: apply.max-group.rows: must be at least 1",
            "duplex.yaml:17: spool.segment-size: is larger than max-size; make it a fraction of"
                + " that",
            "duplex.yaml:18: relay: 'internal' is not known here; write embedded or external",
            "duplex.yaml:19: status.http: '8480' is not host:port; write it like 127.0.0.1:8480",
            "duplex.yaml:20: commit: is a single value; write a section of keys and values",
            "duplex.yaml:21: dead-line: is not a known key; remove it, or use one of link,"
                + " takeover-after, primary, secondary, kafka, registry, topics, relay, apply,"
                + " spool, commit, status, producer, consumer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "takeover-after: 1999ms | takeover-after: is too short",
        "takeover-after: 10 | takeover-after: '10' is not a duration",
        "takeover-after: -5s | takeover-after: '-5s' is not a duration",
        "takeover-after: 5S | takeover-after: '5S' is not a duration",
        "takeover-after: 999999999d | takeover-after: '999999999d' is too long",
        "takeover-after: | takeover-after: has no value",
        "takeover-after: {} | takeover-after: is a section; write a single value",
        "topics: { replication-factor: 0 } | topics.replication-factor: must be at least 1",
        "topics: { replication-factor: 1.5 } | topics.replication-factor: '1.5' is not a whole",
        "topics: { retention: 0s } | topics.retention: must be longer than 0",
        "topics: [] | topics: is a list; write a section of keys and values",
        "relay: { max-transaction: { rows: 0 } } | relay.max-transaction.rows: must be at least 1",
        "relay: { max-transaction: { bytes: 0 } } | relay.max-transaction.bytes: must be at least",
        "relay: { max-transaction: 5 } | relay.max-transaction: is a single value; write a section",
        "relay: [embedded] | relay: is a list; write a section",
        "relay: { mod: external } | relay.mod: is not a known key; did you mean mode?",
        "apply: { on-mismatch: warn } | apply.on-mismatch: 'warn' is not known here; write heal or",
        "apply: { max-group: { rows: 1e3 } } | apply.max-group.rows: '1e3' is not a whole number",
        "apply: { maxGroup: {} } | apply.maxGroup: is not a known key; did you mean max-group?",
        "spool: { max-size: 0 } | spool.max-size: must be at least 1",
        "spool: { max-size: 99999999TB } | spool.max-size: '99999999TB' is too large",
        "spool: { max-size: 1mb } | spool.max-size: '1mb' is not a size",
        "spool: { directory: '' } | spool.directory: '' is empty; give a value",
        "spool: { directory: \"a\\0b\" } | spool.directory: 'a b' is not a path",
        "commit: { mode: sync } | commit.mode: 'sync' is not known here; write async or published",
        "commit: { timeout: 0ms } | commit.timeout: must be longer than 0",
        "commit: { on-divergence: fail } | commit.on-divergence: 'fail' is not known here; write",
        "status: { diverged-after: 0s } | status.diverged-after: must be longer than 0",
        "status: { http: none } | status.http: 'none' is not host:port",
        "status: { http: 'a:65536' } | status.http: 'a:65536' has no valid port",
        "producer: { http: 'http://a:1' } | producer.http: 'http://a:1' is not host:port",
        "consumer: { https: 'a:1' } | consumer.https: is not a known key; did you mean http?",
        "link: other | link: is set in line 1 already; remove one of the two",
        "[a, b]: c | has a key that is no text; write key: value",
        "Primary: {} | Primary: is not a known key; did you mean primary?",
        "takeover-after: '${}' | takeover-after: has a ${ that does not begin ${NAME}",
        "takeover-after: 'x${A' | takeover-after: has a ${ that does not begin ${NAME}",
        "takeover-after: '${A-B}' | takeover-after: has a ${ that does not begin ${NAME}",
        "takeover-after: '${A}' | takeover-after: the environment variable A is not set; set it",
      })
  void shouldNameLineAndKeyAndWhatToDo(String line, String problem) {
    String text = ConfigText.MINIMAL + line;

    assertThat(ConfigText.problems(directory, text))
        .singleElement()
        .asString()
        .startsWith("duplex.yaml:6: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "link: bank | link: ~ | 1: link: has no value",
        "link: bank | link: \"\" | 1: link: '' is empty",
        "link: bank | link: a-b | 1: link: is not a valid name",
        "alice | \" \" | 2: primary.username: ' ' is empty",
        "alice | alice, tables: [] | 2: primary.tables: names no table",
        "alice | alice, tables: public.* | 2: primary.tables: is a single value; write a list",
        "alice | alice, tables: [~] | 2: primary.tables[0]: has no value",
        "alice | alice, tables: [a.b.c] | 2: primary.tables[0]: 'a.b.c' is not schema.table",
        "alice | alice, exclude: [\" a.b\"] | 2: primary.exclude[0]: ' a.b' is not schema.table",
        "alice | alice, exclude: {} | 2: primary.exclude: is a section; write a list",
        "alice | alice, username: eve | 2: primary.username: is set in line 2 already",
        "bob | bob, create_tables: true | 3: secondary.create_tables: is not a known key; did you",
        "broker1:9092 | {} | 4: kafka.bootstrap.servers: is missing",
        "http:// | ftp:// | 5: registry.url: is not the plain address",
        "url: | uri: | 5: registry.url: is missing",
        "} | , schema.registry.url: x } | 5: registry.schema.registry.url: is set by Duplex",
      })
  void shouldRefuseBadValuesOfRequiredSections(String good, String bad, String problem) {
    String replacement = bad.equals("{}") ? "" : bad;
    int at = ConfigText.MINIMAL.lastIndexOf(good);
    String text =
        ConfigText.MINIMAL.substring(0, at)
            + replacement
            + ConfigText.MINIMAL.substring(at + good.length());

    assertThat(ConfigText.problems(directory, text))
        .singleElement()
        .asString()
        .startsWith("duplex.yaml:" + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
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
        "value.deserializer"
      })
  void shouldRefuseKafkaPropertiesThatDuplexOwns(String key) {
    String text = ConfigText.MINIMAL.replace("\"broker1:9092\"", "\"b:1\", " + key + ": x");

    assertThat(ConfigText.problems(directory, text))
        .containsExactly("duplex.yaml:4: kafka." + key + ": is set by Duplex itself; remove it");
  }

  @Test
  void shouldReportAKafkaPropertyWithoutValueOnce() {
    String text = ConfigText.MINIMAL.replace("\"broker1:9092\"", "");

    assertThat(ConfigText.problems(directory, text))
        .containsExactly(
            "duplex.yaml:4: kafka.bootstrap.servers: has no value; give one or remove the key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "primary", "secondary", "kafka", "registry"})
  void shouldDemandTheRequiredKeys(String key) {
    String without = ConfigText.MINIMAL.replaceAll("(?m)^" + key + ":.*\n", "");
    String empty = ConfigText.MINIMAL.replaceAll("(?m)^" + key + ":.*", key + ":");

    assertThat(ConfigText.problems(directory, without))
        .singleElement()
        .asString()
        .startsWith("duplex.yaml:1: " + key + ": is missing; add ");
    assertThat(ConfigText.problems(directory, empty))
        .singleElement()
        .asString()
        .contains(": " + key + ": ");
  }

  @Test
  void shouldReportSyntaxErrorsWithTheirLine() {
    assertThat(ConfigText.problems(directory, ConfigText.MINIMAL + "topics: { retention: 7d\n"))
        .singleElement()
        .asString()
        .startsWith("duplex.yaml:7: is not valid YAML: ")
        .contains("begins in line 6");
    assertThat(ConfigText.problems(directory, "link: a: b\n"))
        .singleElement()
        .asString()
        .startsWith("duplex.yaml:1: is not valid YAML: mapping values are not allowed here");
    assertThat(ConfigText.problems(directory, ConfigText.MINIMAL + "---\nlink: b\n"))
        .singleElement()
        .asString()
        .startsWith("duplex.yaml:6: is not valid YAML: ");
    assertThat(ConfigText.problems(directory, "link: a\u0007b\n"))
        .singleElement()
        .asString()
        .startsWith("duplex.yaml: is not valid YAML");
  }

  @Test
  void shouldReportAFileThatCannotBeRead() throws Exception {
    assertThatThrownBy(() -> DuplexConfig.load(Path.of("nowhere/duplex.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "nowhere/duplex.yaml: there is no such file; give the path of the configuration file");
    assertThatThrownBy(() -> DuplexConfig.load(directory))
        .hasMessage(directory + ": is a directory; give the path of the configuration file");
    Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'a', (byte) 0xE4});
    assertThatThrownBy(() -> DuplexConfig.load(latin))
        .hasMessage(latin + ": is not UTF-8 text; save it in that encoding");
    Path loop = Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
    assertThatThrownBy(() -> DuplexConfig.load(loop)).isInstanceOf(ConfigException.class);
    assertThat(ConfigText.problems(directory, "# nothing\n"))
        .containsExactly("duplex.yaml: is empty; begin with link: NAME");
    assertThat(ConfigText.problems(directory, "\n- link\n"))
        .containsExactly("duplex.yaml:2: is not a map of keys and values; begin with link: NAME");
  }

  @Test
  void shouldAcceptAByteOrderMark() {
    assertThat(ConfigText.load(directory, "\uFEFF" + ConfigText.MINIMAL).link()).isEqualTo("bank");
  }

  @Test
  void shouldKeepEveryProblemOnOneShortLine() {
    String text =
        ConfigText.MINIMAL + "\"a\\nb\": 1\ntakeover-after: \"c\\n" + "d".repeat(999) + '"';

    assertThat(ConfigText.problems(directory, text))
        .hasSize(2)
        .allSatisfy(problem -> assertThat(problem).doesNotContain("\n").hasSizeLessThan(250));
  }

  @Test
  void shouldJoinTheProblemsToTheMessage() {
    ConfigException failure = ConfigText.failure(directory, "a: 1\nlink: B\n", Map.of());

    assertThat(failure.problems()).hasSizeGreaterThan(4);
    assertThat(failure).hasMessage(String.join("\n", failure.problems()));
  }

  @Test
  void shouldCheckRecordsBuiltInCode() {
    assertThatThrownBy(() -> new TopicsConfig(0, Duration.ofDays(-1)))
        .isInstanceOfSatisfying(
            ConfigException.class,
            failure ->
                assertThat(failure.problems())
                    .containsExactly(
                        "replication-factor: must be at least 1 and is at most the number of"
                            + " brokers; 3 is usual",
                        "retention: must be longer than 0; write a duration such as 5s"));
    assertThatThrownBy(() -> new DatabaseConfig("", "", Optional.empty()))
        .isInstanceOfSatisfying(
            ConfigException.class, failure -> assertThat(failure.problems()).hasSize(2));
    assertThatThrownBy(() -> new HostPort("a", -1)).isInstanceOf(IllegalArgumentException.class);
  }
}
