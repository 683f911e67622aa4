package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Main;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.Lab;
import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.kafka.KafkaSettings;
import dev.duplex.schemas.kafka.ProgressLog;
import dev.duplex.schemas.registry.SchemaRegistry;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two databases, a broker, a registry, and producers and consumers as child processes with the heap
 * that users have.
 */
final class Twin implements AutoCloseable {
  static final String DATABASE = "bank";
  static final String LINK = "bank";
  static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(3);

  /** What a command printed, and its exit code. */
  record Output(int code, String out, String err) {}

  private final Lab lab;
  private final Path config;
  private final List<ChildProcess> services = new ArrayList<>();

  /**
   * Starts the servers; the databases are empty.
   *
   * @param more YAML to add to the configuration
   */
  Twin(String more) throws IOException, InterruptedException, SQLException {
    lab = Lab.of().start();
    lab.primary().createDatabase(DATABASE);
    lab.secondary().createDatabase(DATABASE);
    config = writeConfig("duplex.yaml", more);
  }

  Lab lab() {
    return lab;
  }

  Path config() {
    return config;
  }

  Path writeConfig(String name, String more) throws IOException {
    Path file = lab.directory().resolve(name);
    Files.writeString(
        file,
        """
        link: %s
        takeover-after: 4s
        primary: { %s }
        secondary: { %s }
        kafka: { bootstrap.servers: "%s" }
        registry: { url: "%s" }
        topics: { replication-factor: 1 }
        %s
        """
            .formatted(
                LINK,
                access(lab.primary()),
                access(lab.secondary()),
                lab.broker().bootstrapServers(),
                lab.registry().url(),
                more));
    return file;
  }

  private static String access(PostgresServer server) {
    return "jdbc-url: \"%s\", username: \"%s\", password: \"%s\""
        .formatted(server.jdbcUrl(DATABASE), server.username(), server.password());
  }

  Connection primary() throws SQLException {
    return lab.primary().connect(DATABASE);
  }

  Connection secondary() throws SQLException {
    return lab.secondary().connect(DATABASE);
  }

  void onPrimary(String... statements) throws SQLException {
    execute(lab.primary(), statements);
  }

  void onSecondary(String... statements) throws SQLException {
    execute(lab.secondary(), statements);
  }

  private static void execute(PostgresServer server, String... statements) throws SQLException {
    try (Connection connection = server.connect(DATABASE);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row. */
  static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Runs a command in this process. */
  Output duplex(String... arguments) {
    return duplexWith(config, arguments);
  }

  /** Runs a command in this process with another configuration. */
  Output duplexWith(Path file, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-c", file.toString()));
    int code =
        Main.run(
            all.toArray(String[]::new),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Output(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a command that must succeed. */
  Output succeed(String... arguments) {
    Output output = duplex(arguments);
    assertThat(output.code()).as(output.out() + output.err()).isZero();
    return output;
  }

  /**
   * Starts a producer or consumer with 256 MB of heap.
   *
   * @param service the command
   * @param log the name of its log file, for telling instances apart
   */
  ChildProcess start(String service, String log) throws IOException {
    return start(service, log, config);
  }

  /** The same with another configuration. */
  ChildProcess start(String service, String log, Path file) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(service, "-c", file.toString()));
    ChildProcess process =
        ChildProcess.start(
            command, Map.of(), lab.directory(), lab.directory().resolve(log + ".log"));
    services.add(process);
    return process;
  }

  static TpcbWorkload workload(Lab lab, long seed) {
    return TpcbWorkload.on(lab.primary(), DATABASE, 4, seed, true);
  }

  /** Creates pgbench's tables on the primary. */
  void initializeTpcb(int scale) throws SQLException {
    try (Connection connection = primary()) {
      TpcbWorkload.initialize(connection, scale);
    }
  }

  Map<Role, Progress> heads() {
    try (SchemaRegistry registry = SchemaRegistry.open(lab.registry().url(), Map.of())) {
      return new ProgressLog(kafka(), registry).heads();
    }
  }

  KafkaSettings kafka() {
    return new KafkaSettings(
        new Link(LINK), Map.of("bootstrap.servers", lab.broker().bootstrapServers()));
  }

  /** Waits until everything that is committed on the primary now is on the secondary. */
  void awaitInStep() throws Exception {
    long flushed;
    try (Connection connection = primary()) {
      flushed = number(connection, "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
    }
    Await.until(
        "the secondary is in step",
        CATCH_UP_LIMIT,
        () -> {
          Map<Role, Progress> heads = heads();
          Progress producer = heads.get(Role.PRODUCER);
          Progress consumer = heads.get(Role.CONSUMER);
          // At the end of an idle log the last record may be one that decodes to nothing, which the
          // server reports only up to its begin.
          return producer != null
              && consumer != null
              && producer.getDecoded() >= flushed - 1
              && consumer.getPosition() == producer.getPosition();
        });
  }

  /** Waits until the rows that were there before are on the secondary. */
  void awaitCopied() throws Exception {
    try (Connection connection = secondary()) {
      Await.until(
          "the copy is applied",
          CATCH_UP_LIMIT,
          () ->
              number(
                      connection,
                      "SELECT count(*) FROM duplex.applied"
                          + " WHERE copy_id IS NULL AND transactions > 0")
                  == 1);
    }
  }

  /** Compares both databases row by row. */
  void assertIdentical() {
    Output output = duplex("compare");
    assertThat(output.code()).as(output.out() + output.err()).isZero();
  }

  /** What the services have logged, for the message of a failed test. */
  String logs() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path log : services.stream().map(ChildProcess::log).distinct().toList()) {
      text.append("--- ").append(log.getFileName()).append('\n').append(Files.readString(log));
    }
    return text.toString();
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (ChildProcess service : services) {
      try {
        service.kill();
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
