package dev.duplex.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configuration files that tests write, the smallest valid one to begin with. */
final class ConfigText {
  /** Five lines: what a test appends begins in line 6. */
  static final String MINIMAL =
      """
      link: bank
      primary: { jdbc-url: "jdbc:postgresql://db1/bank", username: alice }
      secondary: { jdbc-url: "jdbc:postgresql://db2/bank", username: bob }
      kafka: { bootstrap.servers: "broker1:9092" }
      registry: { url: "http://registry:8081" }
      """;

  private ConfigText() {}

  static DuplexConfig load(Path directory, String text) {
    return load(directory, text, Map.of());
  }

  static DuplexConfig load(Path directory, String text, Map<String, String> environment) {
    return DuplexConfig.load(write(directory, text), environment::get);
  }

  static ConfigException failure(Path directory, String text, Map<String, String> environment) {
    ConfigException failure =
        catchThrowableOfType(ConfigException.class, () -> load(directory, text, environment));
    if (failure == null) {
      throw new AssertionError("accepted: " + text);
    }
    return failure;
  }

  /** The problems, each with the directory taken off the file's name. */
  static List<String> problems(Path directory, String text) {
    return problems(directory, text, Map.of());
  }

  static List<String> problems(Path directory, String text, Map<String, String> environment) {
    return failure(directory, text, environment).problems().stream()
        .map(problem -> problem.replace(directory + "/", ""))
        .toList();
  }

  static Path write(Path directory, String text) {
    try {
      return Files.write(directory.resolve("duplex.yaml"), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
