package dev.duplex.bench;

import dev.duplex.cli.Main;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.JavaCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Duplex: producer and consumer as processes of their own, with 256 MB of heap each. */
final class DuplexFollower implements Follower {
  private static final Duration PUBLISH_LIMIT = Duration.ofMinutes(5);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final Servers servers;
  private final Contender contender;
  private final String primaryDatabase;
  private final String database;
  private final Path directory;
  private final Path config;
  private @Nullable ChildProcess producer;
  private @Nullable ChildProcess consumer;
  private boolean created;

  /**
   * @param contender tells whether the producer is stopped and started with the consumer
   */
  DuplexFollower(Servers servers, Contender contender, String primaryDatabase, String database) {
    this.servers = servers;
    this.contender = contender;
    this.primaryDatabase = primaryDatabase;
    this.database = database;
    this.directory = servers.directory();
    this.config = directory.resolve(database + ".yaml");
  }

  @Override
  public Contender contender() {
    return contender;
  }

  @Override
  public String database() {
    return database;
  }

  /** Its configuration file. */
  Path config() {
    return config;
  }

  @Override
  public void create() throws IOException {
    PrivateFile.write(config, yaml());
    init();
    created = true;
    if (contender == Contender.DUPLEX_FROM_KAFKA) {
      producer = service("producer");
    }
  }

  /** The producer that goes on has published all that the primary has committed by now. */
  @Override
  public void awaitQuiet() throws SQLException, InterruptedException {
    if (contender != Contender.DUPLEX_FROM_KAFKA) {
      return;
    }
    try (Connection connection = servers.primary(primaryDatabase);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_lsn()");
        PreparedStatement published =
            connection.prepareStatement(
                "SELECT FROM pg_replication_slots"
                    + " WHERE slot_name = ? AND confirmed_flush_lsn >= ?::pg_lsn")) {
      row.next();
      published.setString(1, slot());
      published.setString(2, row.getString(1));
      Await.until(
          "the producer to publish the backlog",
          PUBLISH_LIMIT,
          () -> {
            try (ResultSet found = published.executeQuery()) {
              return found.next() || producer == null || !producer.isAlive();
            }
          });
      requireAlive(producer);
    }
  }

  @Override
  public void start() throws IOException {
    if (producer == null) {
      producer = service("producer");
    }
    consumer = service("consumer");
  }

  @Override
  public void stop() throws InterruptedException {
    consumer = stop(consumer);
    if (contender != Contender.DUPLEX_FROM_KAFKA) {
      producer = stop(producer);
    }
  }

  @Override
  public void requireAlive() {
    requireAlive(producer);
    requireAlive(consumer);
  }

  /** Drops the slot, which would keep the primary's log; the rest goes with the servers. */
  @Override
  public void close() throws SQLException, InterruptedException {
    consumer = stop(consumer);
    producer = stop(producer);
    if (created) {
      created = false;
      try (Connection connection = servers.primary(primaryDatabase);
          PreparedStatement drop =
              connection.prepareStatement("SELECT pg_drop_replication_slot(?)")) {
        drop.setString(1, slot());
        drop.execute();
      }
    }
  }

  /** In this process: it is not measured, and another JVM would only cost time. */
  private void init() {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    int code = Main.run(new String[] {"init", "-c", config.toString()}, out, out);
    if (code != 0) {
      throw new BenchException(
          "'duplex init' ends with code %d: %s"
              .formatted(code, output.toString(StandardCharsets.UTF_8).strip()));
    }
  }

  /** As the script {@code duplex} starts it. */
  private ChildProcess service(String name) throws IOException {
    List<String> command =
        JavaCommand.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            name,
            "-c",
            config.toString());
    return ChildProcess.start(command, Map.of(), directory, log(name));
  }

  private String slot() {
    return "duplex_" + database;
  }

  private Path log(String name) {
    return directory.resolve(database + "-" + name + ".log");
  }

  private String yaml() {
    return """
    link: %s
    primary: { jdbc-url: "%s", username: "%s", password: "%s" }
    secondary: { jdbc-url: "%s", username: "%s", password: "%s" }
    kafka: { bootstrap.servers: "%s" }
    registry: { url: "%s" }
    topics: { replication-factor: 1 }
    relay: external
    """
        .formatted(
            database,
            servers.primary().jdbcUrl(primaryDatabase),
            servers.primary().username(),
            servers.primary().password(),
            servers.secondary().jdbcUrl(database),
            servers.secondary().username(),
            servers.secondary().password(),
            servers.bootstrapServers(),
            servers.registryUrl());
  }

  private static @Nullable ChildProcess stop(@Nullable ChildProcess process)
      throws InterruptedException {
    if (process != null) {
      process.terminate(STOP_LIMIT);
    }
    return null;
  }

  private static void requireAlive(@Nullable ChildProcess process) {
    if (process != null && !process.isAlive()) {
      throw new BenchException(
          "%s ends with: %s".formatted(process.log().getFileName(), process.lastLogLine()));
    }
  }
}
