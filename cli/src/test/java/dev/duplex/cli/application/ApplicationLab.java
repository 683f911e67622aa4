package dev.duplex.cli.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Main;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.Lab;
import dev.duplex.lab.PostgresServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A link with one table, {@code account}, set up for an application. */
final class ApplicationLab implements AutoCloseable {
  static final String DATABASE = "bank";

  private final Lab lab;
  private final Path config;
  private final List<ChildProcess> processes = new ArrayList<>();

  ApplicationLab(String more) throws Exception {
    lab = Lab.of().start();
    lab.primary().createDatabase(DATABASE);
    lab.secondary().createDatabase(DATABASE);
    config = lab.directory().resolve("duplex.yaml");
    Files.writeString(
        config,
        """
        link: bank
        takeover-after: 4s
        primary: { %s }
        secondary: { %s }
        kafka: { bootstrap.servers: "%s" }
        registry: { url: "%s" }
        topics: { replication-factor: 1 }
        spool: { directory: "%s" }
        status: { diverged-after: 3s }
        %s
        """
            .formatted(
                access(lab.primary()),
                access(lab.secondary()),
                lab.broker().bootstrapServers(),
                lab.registry().url(),
                lab.directory().resolve("spool"),
                more));
    try (Connection connection = lab.primary().connect(DATABASE)) {
      execute(connection, "CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
    }
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    assertThat(Main.run(new String[] {"init", "-c", config.toString()}, nowhere, nowhere)).isZero();
  }

  Lab servers() {
    return lab;
  }

  Path config() {
    return config;
  }

  /** Where the link keeps what it has on disk. */
  Path directory() {
    return lab.directory().resolve("spool").resolve("bank");
  }

  ChildProcess startConsumer() throws IOException {
    return start("consumer", Main.class, "consumer", "-c", config.toString());
  }

  /** Starts a program with the heap that users have. */
  ChildProcess start(String name, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ChildProcess process =
        ChildProcess.start(
            command, Map.of(), lab.directory(), lab.directory().resolve(name + ".log"));
    processes.add(process);
    return process;
  }

  long onSecondary(String query) throws SQLException {
    try (Connection connection = lab.secondary().connect(DATABASE);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String access(PostgresServer server) {
    return "jdbc-url: \"%s\", username: \"%s\", password: \"%s\""
        .formatted(server.jdbcUrl(DATABASE), server.username(), server.password());
  }

  /** What the processes have logged, for the message of a failed test. */
  String logs() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path log : processes.stream().map(ChildProcess::log).distinct().toList()) {
      text.append("--- ").append(log.getFileName()).append('\n').append(Files.readString(log));
    }
    return text.toString();
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (ChildProcess process : processes) {
      try {
        process.kill();
      } catch (InterruptedException e) {
        interrupted = true; // it ends with this JVM at the latest
      }
    }
    lab.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
