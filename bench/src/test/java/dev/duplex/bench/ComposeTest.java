package dev.duplex.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.DuplexConfig;
import dev.duplex.config.HostPort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What can be known of the folder docker without an engine: that its files fit together. */
final class ComposeTest {
  private static final Path FOLDER = Path.of("../docker");
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{(\\w+)(:?[-?])?[^}]*}");

  private final String text = Files.readString(FOLDER.resolve("compose.yaml"));
  private final Map<String, Object> file = map(yaml(text));
  private final Map<String, Object> services = map(file.get("services"));

  ComposeTest() throws IOException {}

  @Test
  void shouldHaveTheWholeSystem() {
    assertThat(services)
        .containsOnlyKeys(
            "primary", "secondary", "kafka", "registry", "init", "producer", "consumer", "monitor");
  }

  @Test
  void shouldBuildStagesThatExist() throws IOException {
    String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
    services.forEach(
        (name, service) -> {
          assertThat(map(service)).as(name).containsKey("image");
          Map<String, Object> build = map(map(service).get("build"));
          if (!build.isEmpty()) {
            Path context = FOLDER.resolve(string(build, "context"));
            assertThat(context.resolve(string(build, "dockerfile"))).isRegularFile();
            assertThat(dockerfile).contains(" AS " + string(build, "target") + "\n");
          }
        });
  }

  @Test
  void shouldLeaveTheLaboratoryOutOfTheImages() throws IOException {
    String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
    List<String> copies = dockerfile.lines().filter(line -> line.contains("cp cli/")).toList();
    assertThat(copies)
        .hasSize(2)
        .anyMatch(line -> line.contains("cli/target/duplex-cli.jar "))
        .anyMatch(line -> line.contains("cli/target/lib/*.jar "));
    assertThat(Files.readString(FOLDER.resolve("entrypoint.sh"))).doesNotContain("laboratory");
  }

  @Test
  void shouldWorkInItsVolumeAndEndWhenMemoryIsShort() throws IOException {
    String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
    assertThat(dockerfile).contains("WORKDIR /var/lib/duplex\nVOLUME /var/lib/duplex\n");
    assertThat(Files.readString(FOLDER.resolve("entrypoint.sh")))
        .contains("-XX:+ExitOnOutOfMemoryError");
    for (String role : List.of("producer", "consumer")) {
      assertThat(list(map(services.get(role)).get("volumes")))
          .contains(role + "-spool:/var/lib/duplex");
    }
  }

  @Test
  void shouldAskTheServicesForTheirHealthWhereTheyServeIt() {
    DuplexConfig config = DuplexConfig.load(FOLDER.resolve("duplex.yaml"), any -> "secret");
    HostPort producer = config.producer().http().orElseThrow();
    HostPort consumer = config.consumer().http().orElseThrow();
    Map<String, HostPort> ports =
        Map.of("producer", producer, "consumer", consumer, "monitor", config.status().http());
    ports.forEach(
        (role, port) -> {
          Map<String, Object> service = map(services.get(role));
          List<String> test = list(map(service.get("healthcheck")).get("test"));
          assertThat(test).as(role).startsWith("CMD", "bash", "-c");
          assertThat(test.get(3)).contains("/dev/tcp/127.0.0.1/$$1", "GET /health ");
          assertThat(test.get(test.size() - 1)).as(role).isEqualTo(String.valueOf(port.port()));
          assertThat(port.host()).as(role).isEqualTo("0.0.0.0");
        });
    assertThat(config.status().services())
        .containsExactlyInAnyOrder(
            new HostPort("producer", producer.port()), new HostPort("consumer", consumer.port()));
  }

  @Test
  void shouldPublishPortsOnThisMachineOnly() {
    services.forEach(
        (name, service) ->
            assertThat(list(map(service).get("ports")))
                .as(name)
                .allMatch(port -> port.startsWith("127.0.0.1:")));
  }

  @Test
  void shouldCopyWhatIsNotIgnored() throws IOException {
    assertThat(FOLDER.resolve("entrypoint.sh")).isExecutable();
    assertThat(Files.readAllLines(Path.of("../.dockerignore")))
        .contains("docker/*", "!docker/entrypoint.sh", "target", "*/target", "*/*/target")
        .doesNotContain("pom.xml", "*.xml", "bench");
  }

  @Test
  void shouldDeclareNetworksVolumesAndMountedFiles() {
    Set<String> networks = map(file.get("networks")).keySet();
    Set<String> volumes = map(file.get("volumes")).keySet();
    services.forEach(
        (name, service) -> {
          assertThat(networks).as(name).containsAll(list(map(service).get("networks")));
          for (String mount : list(map(service).get("volumes"))) {
            String source = mount.substring(0, mount.indexOf(':'));
            if (source.startsWith("./")) {
              assertThat(FOLDER.resolve(source)).isRegularFile();
            } else {
              assertThat(volumes).contains(source);
            }
          }
        });
  }

  @Test
  void shouldWaitForWhatCanComeTrue() {
    services.forEach(
        (name, service) ->
            map(map(service).get("depends_on"))
                .forEach(
                    (other, how) -> {
                      Map<String, Object> awaited = map(services.get(other));
                      assertThat(awaited).as(name + " waits for " + other).isNotEmpty();
                      switch (string(map(how), "condition")) {
                        case "service_healthy" -> assertThat(awaited).containsKey("healthcheck");
                        case "service_completed_successfully" ->
                            assertThat(awaited).containsEntry("restart", "no");
                        default -> throw new AssertionError(name + " waits for " + how);
                      }
                    }));
  }

  @Test
  void shouldTakePasswordsFromTheEnvironmentOnly() throws IOException {
    services.forEach(
        (name, service) ->
            map(map(service).get("environment"))
                .forEach(
                    (key, value) -> {
                      if (key.contains("PASSWORD")) {
                        assertThat(String.valueOf(value)).as(key).matches("\\$\\{\\w+:\\?[^}]+}");
                      }
                    }));
    Properties example = example();
    Matcher variables = VARIABLE.matcher(text);
    Set<String> used = new TreeSet<>();
    while (variables.find()) {
      used.add(variables.group(1));
    }
    assertThat(example.stringPropertyNames()).containsExactlyInAnyOrderElementsOf(used);
    example.forEach(
        (key, value) -> {
          if (String.valueOf(key).contains("PASSWORD")) {
            assertThat(String.valueOf(value)).isEmpty();
          }
        });
  }

  @Test
  void shouldConfigureALinkBetweenServicesThatReachEachOther() {
    for (String role : List.of("init", "producer", "consumer", "monitor")) {
      Map<String, Object> service = map(services.get(role));
      Map<String, String> environment = new HashMap<>();
      map(service.get("environment")).keySet().forEach(key -> environment.put(key, "secret"));
      DuplexConfig config = DuplexConfig.load(FOLDER.resolve("duplex.yaml"), environment::get);
      assertThat(list(service.get("volumes"))).contains("./duplex.yaml:/etc/duplex/duplex.yaml:ro");
      List<String> hosts = new ArrayList<>();
      hosts.add(host(config.kafka().properties().asMap().getOrDefault("bootstrap.servers", "")));
      hosts.add(URI.create(config.registry().url()).getHost());
      if (List.of("init", "producer").contains(role)) {
        hosts.add(databaseHost(config.primary().database().jdbcUrl()));
      }
      if (List.of("init", "consumer").contains(role)) {
        hosts.add(databaseHost(config.secondary().database().jdbcUrl()));
      }
      for (String host : hosts) {
        assertThat(services).containsKey(host);
        assertThat(list(map(services.get(host)).get("networks")))
            .as("networks that %s shares with %s", role, host)
            .containsAnyElementsOf(list(service.get("networks")));
      }
    }
  }

  @Test
  void shouldAdvertiseKafkaAndGiveItLogicalLog() {
    Map<String, Object> kafka = map(map(services.get("kafka")).get("environment"));
    assertThat(string(kafka, "KAFKA_ADVERTISED_LISTENERS")).isEqualTo("CLIENT://kafka:9092");
    assertThat(list(map(services.get("primary")).get("command"))).contains("wal_level=logical");
  }

  private static Properties example() throws IOException {
    Properties example = new Properties();
    try (var reader = Files.newBufferedReader(FOLDER.resolve(".env.example"))) {
      example.load(reader);
    }
    return example;
  }

  private static String databaseHost(String jdbcUrl) {
    return URI.create(jdbcUrl.substring("jdbc:".length())).getHost();
  }

  private static String host(String hostAndPort) {
    return hostAndPort.substring(0, hostAndPort.indexOf(':'));
  }

  private static Object yaml(String text) {
    return new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  private static Map<String, Object> map(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Map.of();
    }
    return map.entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> String.valueOf(entry.getKey()), entry -> (Object) entry.getValue()));
  }

  private static List<String> list(@Nullable Object value) {
    return value instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
  }

  private static String string(Map<String, Object> map, String key) {
    return String.valueOf(map.get(key));
  }
}
