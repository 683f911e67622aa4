package dev.duplex.cli;

import dev.duplex.lab.Lab;
import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.SharedLab;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A link of its own in the shared laboratory: two databases, a configuration, commands. */
public final class TestLink {
  /** What a command printed, and its exit code. */
  public record Output(int code, String out, String err) {}

  private final Lab lab = SharedLab.get();
  private final String name = SharedLab.newName();
  private final Path file = lab.directory().resolve(name + ".yaml");
  private final Map<String, String> sections = new LinkedHashMap<>();

  /** Makes two empty databases and a configuration that fits. */
  public TestLink() throws IOException, InterruptedException, SQLException {
    lab.primary().createDatabase(name);
    lab.secondary().createDatabase(name);
    sections.put("link", name);
    sections.put("primary", access(lab.primary()));
    sections.put("secondary", access(lab.secondary()));
    sections.put("kafka", "{ bootstrap.servers: \"" + lab.broker().bootstrapServers() + "\" }");
    sections.put("registry", "{ url: \"" + lab.registry().url() + "\" }");
    sections.put("topics", "{ replication-factor: 1 }");
    sections.put("spool", "{ directory: \"" + lab.directory().resolve("spool") + "\" }");
  }

  public Lab lab() {
    return lab;
  }

  public String name() {
    return name;
  }

  public Path file() throws IOException {
    StringBuilder yaml = new StringBuilder();
    sections.forEach((key, value) -> yaml.append(key).append(": ").append(value).append('\n'));
    Files.writeString(file, yaml);
    return file;
  }

  /** Replaces a section of the configuration. */
  public TestLink with(String section, String yaml) {
    sections.put(section, yaml);
    return this;
  }

  /** Adds keys to a section. */
  public TestLink and(String section, String keys) {
    String old = Objects.requireNonNull(sections.get(section)).strip();
    sections.put(section, old.substring(0, old.length() - 1) + ", " + keys + " }");
    return this;
  }

  public String access(PostgresServer server) {
    return access(server, server.username(), server.password());
  }

  public String access(PostgresServer server, String username, String password) {
    return "{ jdbc-url: \"%s\", username: \"%s\", password: \"%s\" }"
        .formatted(server.jdbcUrl(name), username, password);
  }

  /** Runs a command in this process. */
  public Output duplex(String... arguments) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-c", file().toString()));
    int code =
        Main.run(
            all.toArray(String[]::new),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Output(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  public void onPrimary(String... statements) throws SQLException {
    execute(lab.primary(), statements);
  }

  public void onSecondary(String... statements) throws SQLException {
    execute(lab.secondary(), statements);
  }

  public void onBoth(String... statements) throws SQLException {
    onPrimary(statements);
    onSecondary(statements);
  }

  /** The first column of the first row. */
  public static String value(PostgresServer server, String database, String query)
      throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  private void execute(PostgresServer server, String... statements) throws SQLException {
    try (Connection connection = server.connect(name);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
