package dev.duplex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.ClassArchive;
import dev.duplex.lab.Lab;
import dev.duplex.lab.OwnClock;
import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.SharedLab;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * A link of its own: two databases, and producers and consumers as child processes with the heap
 * that users have. The servers are those that all tests share, and run again when it is closed.
 */
public final class Twin implements AutoCloseable {
  private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(3);
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(30);

  /** What a command printed, and its exit code. */
  public record Output(int code, String out, String err) {}

  private final Lab lab;
  private final Link link = new Link(SharedLab.newName());
  private final Path directory;
  private final Path config;
  private final List<ChildProcess> services = new ArrayList<>();
  private final List<String> options = new ArrayList<>();
  private final Map<ChildProcess, ClassArchive> recorded = new HashMap<>();

  /**
   * Makes the databases, which are empty.
   *
   * @param more YAML to add to the configuration
   */
  public Twin(String more) throws IOException, InterruptedException, SQLException {
    this.lab = SharedLab.get();
    this.directory = Files.createDirectory(lab.directory().resolve(link.name()));
    lab.primary().createDatabase(link.name());
    lab.secondary().createDatabase(link.name());
    config = writeConfig("duplex.yaml", more);
  }

  public Lab lab() {
    return lab;
  }

  /** Its name is also that of both databases. */
  public Link link() {
    return link;
  }

  /** Where the services work. */
  public Path directory() {
    return directory;
  }

  /** The link's directory for diff files, unless it is configured otherwise. */
  public Path spool() {
    return directory.resolve("spool").resolve(link.name());
  }

  public Path config() {
    return config;
  }

  public Path writeConfig(String name, String more) throws IOException {
    Path file = directory.resolve(name);
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
        %s
        """
            .formatted(
                link,
                access(lab.primary()),
                access(lab.secondary()),
                lab.broker().bootstrapServers(),
                lab.registry().url(),
                // Absolute, because commands of this process have another working directory.
                more.contains("spool:")
                    ? ""
                    : "spool: { directory: \"" + directory.resolve("spool") + "\" }",
                more));
    return file;
  }

  private String access(PostgresServer server) {
    return "jdbc-url: \"%s\", username: \"%s\", password: \"%s\""
        .formatted(server.jdbcUrl(link.name()), server.username(), server.password());
  }

  public Connection primary() throws SQLException {
    return lab.primary().connect(link.name());
  }

  public Connection secondary() throws SQLException {
    return lab.secondary().connect(link.name());
  }

  public void onPrimary(String... statements) throws SQLException {
    execute(lab.primary(), statements);
  }

  public void onSecondary(String... statements) throws SQLException {
    execute(lab.secondary(), statements);
  }

  private void execute(PostgresServer server, String... statements) throws SQLException {
    try (Connection connection = server.connect(link.name());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The first column of the first row. */
  public static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Runs a command in this process. */
  public Output duplex(String... arguments) {
    return duplexWith(config, arguments);
  }

  /** Runs a command in this process with another configuration. */
  public Output duplexWith(Path file, String... arguments) {
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
  public Output succeed(String... arguments) {
    Output output = duplex(arguments);
    assertThat(output.code()).as(output.out() + output.err()).isZero();
    return output;
  }

  /** Gives what is started from now on so much instead of what users have. */
  public void heapMegabytes(int megabytes) {
    options.add("-Xmx" + megabytes + "m");
  }

  /**
   * Starts a producer, consumer or monitor.
   *
   * @param service the command
   * @param log the name of its log file, for telling instances apart
   */
  public ChildProcess start(String service, String log) throws IOException {
    return start(service, log, config);
  }

  /** The same with another configuration. */
  public ChildProcess start(String service, String log, Path file) throws IOException {
    ClassArchive classes = ClassArchive.of("duplex-" + service);
    List<String> recording = ServiceCommand.isInJar(Main.class) ? classes.record() : List.of();
    ChildProcess process =
        start(
            log,
            ServiceCommand.of(
                directory,
                with(recording.isEmpty() ? classes.options() : recording),
                Main.class,
                service,
                "-c",
                file.toString()));
    if (!recording.isEmpty()) {
      recorded.put(process, classes);
    }
    return process;
  }

  /** Starts any program with the heap that users have. */
  public ChildProcess start(String log, Class<?> main, String... arguments) throws IOException {
    return start(log, ServiceCommand.of(directory, options, main, arguments));
  }

  /** The same by another clock. */
  public ChildProcess start(OwnClock clock, String service, String log, Path file)
      throws IOException {
    List<String> classes = with(ClassArchive.of("duplex-" + service).options());
    return start(
        log,
        clock.command(
            ServiceCommand.of(directory, classes, Main.class, service, "-c", file.toString())));
  }

  private List<String> with(List<String> more) {
    return Stream.concat(options.stream(), more.stream()).toList();
  }

  private ChildProcess start(String log, List<String> command) throws IOException {
    ChildProcess process =
        ChildProcess.start(command, Map.of(), directory, directory.resolve(log + ".log"));
    services.add(process);
    return process;
  }

  /** A load on pgbench's tables by four clients. */
  public TpcbWorkload workload(long seed) {
    return TpcbWorkload.on(lab.primary(), link.name(), 4, seed, true);
  }

  /** Creates pgbench's tables on the primary. */
  public void initializeTpcb(int scale) throws SQLException {
    try (Connection connection = primary()) {
      TpcbWorkload.initialize(connection, scale);
    }
  }

  public Map<Role, Progress> heads() {
    try (SchemaRegistry registry = SchemaRegistry.open(lab.registry().url(), Map.of())) {
      return new ProgressLog(kafka(), registry).heads();
    }
  }

  public KafkaSettings kafka() {
    return new KafkaSettings(link, Map.of("bootstrap.servers", lab.broker().bootstrapServers()));
  }

  /** Waits until everything that is committed on the primary now is on the secondary. */
  public void awaitInStep() throws Exception {
    long flushed;
    try (Connection connection = primary()) {
      // A commit flushes what was written before it. The WAL writer would, too, but not while the
      // clock is behind that of its last flush.
      number(connection, "SELECT (pg_logical_emit_message(true, 'test', '') - '0/0')::bigint");
      flushed = number(connection, "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint");
    }
    try {
      Await.until(
          "the secondary is in step",
          CATCH_UP_LIMIT,
          () -> {
            Map<Role, Progress> heads = heads();
            Progress producer = heads.get(Role.PRODUCER);
            Progress consumer = heads.get(Role.CONSUMER);
            // At the end of an idle log the last record may be one that decodes to nothing, which
            // the server reports only up to its begin.
            return producer != null
                && consumer != null
                && producer.getDecoded() >= flushed - 1
                && consumer.getPosition() == producer.getPosition();
          });
    } catch (Await.TimedOutError e) {
      throw new AssertionError("flushed " + flushed + ", heads " + heads() + "\n" + logs(), e);
    }
  }

  /** Waits until the rows that were there before are on the secondary. */
  public void awaitCopied() throws Exception {
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
  public void assertIdentical() {
    Output output = duplex("compare");
    assertThat(output.code()).as(output.out() + output.err()).isZero();
  }

  /** What the services have logged, for the message of a failed test. */
  public String logs() throws IOException {
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
        end(service);
      } catch (InterruptedException e) {
        interrupted = true; // it ends with this JVM at the latest
      }
    }
    services.stream().map(ChildProcess::log).distinct().forEach(FailureLogs::keep);
    try {
      leave();
    } catch (Exception e) { // what the test has found out holds; the next one starts anew
      interrupted |= e instanceof InterruptedException;
      SharedLab.discard();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Kills it, unless its classes are recorded, which it writes down at an orderly end. */
  private void end(ChildProcess service) throws InterruptedException {
    ClassArchive classes = recorded.get(service);
    if (classes == null) {
      service.kill();
      return;
    }
    service.thaw();
    service.terminate(LEAVE_LIMIT);
    try {
      classes.recorded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes away what would hold the servers' disks. */
  private void leave() throws Exception {
    SharedLab.get();
    for (PostgresServer server : List.of(lab.primary(), lab.secondary())) {
      SharedLab.dropDatabase(server, link.name());
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", lab.broker().bootstrapServers()))) {
      List<String> topics =
          admin.listTopics().names().get().stream()
              .filter(topic -> topic.startsWith(link + "."))
              .toList();
      admin.deleteTopics(topics).all().get(LEAVE_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
