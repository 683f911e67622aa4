package dev.duplex.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "hunter2";

  @TempDir Path directory;

  @Test
  void shouldRevealASecretOnlyOnRequest() {
    Secret secret = new Secret(SECRET);

    assertThat(secret)
        .hasToString("***")
        .isEqualTo(new Secret(SECRET))
        .isNotEqualTo(new Secret(""));
    assertThat(secret).hasSameHashCodeAs(new Secret(SECRET));
    assertThat(secret.reveal()).isEqualTo(SECRET);
  }

  @Test
  void shouldPrintAConfigurationWithoutItsSecrets() {
    DuplexConfig config =
        ConfigText.load(
            directory,
            """
            link: bank
            primary: { jdbc-url: "jdbc:postgresql://db1/bank?ssl=true&sslpassword=hunter2&a=b", username: alice, password: hunter2 }
            secondary: { jdbc-url: "jdbc:postgresql://db2/bank", username: bob, password: "${PASSWORD}" }
            kafka:
              bootstrap.servers: "broker1:9092"
              sasl.jaas.config: "x required username=\\"a\\" password=\\"hunter2\\";"
              ssl.key.password: hunter2
              ssl.keystore.key: hunter2
              ssl.truststore.password: hunter2
              sasl.oauthbearer.client.secret: hunter2
              Proxy: http://alice:hunter2@proxy:3128/
            registry:
              url: "http://registry:8081"
              basic.auth.user.info: "alice:hunter2"
              bearer.auth.token: hunter2
              schema.registry.basic.auth.userinfo: hunter2
              client.credentials: hunter2
            """,
            Map.of("PASSWORD", SECRET));

    assertThat(config.toString())
        .doesNotContain(SECRET)
        .contains("broker1:9092", "sslpassword=***&a=b", "ssl.key.password=***")
        .contains("Proxy=http://***@proxy:3128/", "alice", "http://registry:8081");
    assertThat(config.kafka().properties().get("ssl.key.password")).contains(SECRET);
    assertThat(config.kafka().properties().toProperties().toString()).contains(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db1/bank?password=hunter2",
        "jdbc:postgresql://db1/bank?ssl=true&PASSWORD=hunter2",
        "jdbc:postgresql://alice:hunter2@db1/bank",
        "postgresql://alice:hunter2@db1/bank",
        "jdbc:mysql://db1/bank?user=alice&password=hunter2",
      })
  void shouldRefuseAPasswordInTheAddressWithoutRepeatingIt(String jdbcUrl) {
    String text = ConfigText.MINIMAL.replace("jdbc:postgresql://db1/bank", jdbcUrl);

    ConfigException failure = ConfigText.failure(directory, text, Map.of());

    assertThat(failure.toString()).doesNotContain(SECRET);
    assertThat(failure.problems())
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains(":2: primary.jdbc-url: holds ")
                    .containsPattern("use the keys? (username and )?password"));
  }

  @Test
  void shouldRefuseAUserInTheAddress() {
    String text = ConfigText.MINIMAL.replace("db1/bank", "db1/bank?user=eve");

    assertThat(ConfigText.problems(directory, text))
        .containsExactly(
            "duplex.yaml:2: primary.jdbc-url: holds a user; take user= out and use the key"
                + " username");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://alice:hunter2@registry:8081",
        "http://registry:8081?token=hunter2",
        "hunter2"
      })
  void shouldRefuseCredentialsInTheRegistryAddressWithoutRepeatingThem(String url) {
    String text = ConfigText.MINIMAL.replace("http://registry:8081", url);

    ConfigException failure = ConfigText.failure(directory, text, Map.of());

    assertThat(failure.problems())
        .singleElement()
        .asString()
        .contains(":5: registry.url: is not the plain address of a registry")
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[hunter2]",
        "{ hunter2: hunter2 }",
        "a${hunter2",
        "a${hunter2-}b",
        "*hunter2",
        "!hunter2!x y",
        "&hunter2",
        "'hunter2",
        "\"hunter2\\q\"",
        "hunter2: hunter2",
        "@hunter2",
        "%hunter2 {",
        "a\u0007hunter2",
      })
  void shouldNotRepeatAPasswordThatIsWrittenWrongly(String password) {
    String text =
        ConfigText.MINIMAL.replace(
            "{ jdbc-url: \"jdbc:postgresql://db1/bank\", username: alice }",
            "\n  jdbc-url: jdbc:postgresql://db1/bank\n  username: alice\n  password: " + password);

    ConfigException failure = ConfigText.failure(directory, text, Map.of());

    assertThat(failure.toString()).doesNotContain(SECRET);
    assertThat(Optional.ofNullable(failure.getCause())).isEmpty();
  }

  @Test
  void shouldNotRepeatWhatCameFromTheEnvironment() {
    String text = ConfigText.MINIMAL + "takeover-after: \"${PASSWORD}\"";

    assertThat(ConfigText.problems(directory, text, Map.of("PASSWORD", SECRET)))
        .singleElement()
        .asString()
        .startsWith(
            "duplex.yaml:6: takeover-after: the value from the environment is not a duration");
  }
}
