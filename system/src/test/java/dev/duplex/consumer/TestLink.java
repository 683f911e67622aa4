package dev.duplex.consumer;

import dev.duplex.config.ApplyConfig.OnMismatch;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetSetup;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.topics.TopicIds;
import dev.duplex.lab.Await;
import dev.duplex.lab.Lab;
import dev.duplex.lab.SharedLab;
import dev.duplex.postgres.PostgresProduct;
import dev.duplex.postgres.catalog.TableCatalog;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.io.IOException;
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
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/** A link of its own for one test: topics, a database on the secondary, a publisher, appliers. */
final class TestLink implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(20);
  static final long START = 0x1000;

  final Link link = new Link(SharedLab.newName());
  final KafkaSettings kafka;
  final SchemaRegistry registry;
  final TestPublisher publisher;

  private final Lab lab = SharedLab.get();
  private final List<RunningApplier> appliers = new ArrayList<>();
  private final Path directory;
  private final String extra;

  private TestLink(String extra) throws Exception {
    this.extra = extra;
    this.directory = Files.createTempDirectory(lab.directory(), link.name());
    this.kafka =
        new KafkaSettings(link, Map.of("bootstrap.servers", lab.broker().bootstrapServers()));
    this.registry = SchemaRegistry.open(lab.registry().url(), Map.of());
    createTopic(link.changesTopic());
    createTopic(link.progressTopic());
    createTopic(link.statusTopic());
    lab.secondary().createDatabase(link.name());
    try (TargetSetup setup = new PostgresProduct().targetSetup(session())) {
      setup.checkPrivilege();
      setup.createCheckpointTable();
      setup.start(link, TestPublisher.IDENTITY, topicId(), 0, new AppliedTransaction(START, 0, 0));
    }
    this.publisher = new TestPublisher(kafka, registry, START);
  }

  static TestLink create(String... statements) throws Exception {
    return createWith("", statements);
  }

  /** With further lines of configuration. */
  static TestLink createWith(String extra, String... statements) throws Exception {
    TestLink test = new TestLink(extra);
    for (String statement : statements) {
      test.execute(statement);
    }
    return test;
  }

  DuplexConfig config() throws IOException {
    return config("");
  }

  private DuplexConfig config(String more) throws IOException {
    String yaml =
        """
        link: %s
        primary: { jdbc-url: "jdbc:postgresql://localhost/none", username: none }
        secondary: { jdbc-url: "%s", username: %s, password: "%s" }
        kafka: { bootstrap.servers: "%s" }
        registry: { url: "%s" }
        takeover-after: 2s
        spool: { directory: "%s" }
        %s
        %s
        %s
        """
            .formatted(
                link,
                lab.secondary().jdbcUrl(link.name()),
                lab.secondary().username(),
                lab.secondary().password(),
                lab.broker().bootstrapServers(),
                lab.registry().url(),
                directory.resolve("spool"),
                extra.contains("status:") ? "" : "status: { diverged-after: 1s }",
                extra,
                more);
    Path file = directory.resolve("duplex.yaml");
    Files.writeString(file, yaml);
    return DuplexConfig.load(file);
  }

  /** The link's own directory below one of the test's. */
  Path directory(String name) {
    return directory.resolve(name).resolve(link.name());
  }

  static String halting() {
    return "apply: { on-mismatch: "
        + OnMismatch.HALT.name().toLowerCase(java.util.Locale.ROOT)
        + " }";
  }

  String topicId() throws InterruptedException {
    try (Admin admin = Admin.create(kafka.admin())) {
      return new TopicIds(admin, kafka).find(link.changesTopic()).orElseThrow();
    }
  }

  void createTopic(String name) throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      admin
          .createTopics(List.of(new NewTopic(name, 1, (short) 1)))
          .all()
          .get(20, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  void deleteTopic(String name) throws Exception {
    try (Admin admin = Admin.create(kafka.admin())) {
      admin.deleteTopics(List.of(name)).all().get(20, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  /** A superuser's session with the usual search path. */
  Connection connect() throws SQLException {
    return lab.secondary().connect(link.name());
  }

  /** A session as Duplex opens it. */
  Connection session() throws SQLException {
    return PostgresSession.open(
        lab.secondary().jdbcUrl(link.name()),
        lab.secondary().username(),
        lab.secondary().password(),
        "test",
        Map.of());
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows, columns with | between, rows with newlines. */
  String query(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      StringJoiner rows = new StringJoiner("\n");
      while (row.next()) {
        StringJoiner columns = new StringJoiner("|");
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          columns.add(String.valueOf(row.getString(i)));
        }
        rows.add(columns.toString());
      }
      return rows.toString();
    }
  }

  /** The shape of a table in the secondary's database: what a primary's would be. */
  Table table(String name) throws SQLException {
    try (Connection connection = session()) {
      return new TableCatalog(connection).find(new TableId("public", name)).orElseThrow();
    }
  }

  Checkpoint checkpoint() throws SQLException {
    try (TargetSetup setup = new PostgresProduct().targetSetup(session())) {
      return setup.checkpoint(link).orElseThrow();
    }
  }

  /** As 'init --recopy' does for a copy that begins there. */
  void restartFromTheBeginning() throws SQLException, InterruptedException {
    try (TargetSetup setup = new PostgresProduct().targetSetup(session())) {
      setup.start(link, TestPublisher.IDENTITY, topicId(), 0, new AppliedTransaction(START, 0, 0));
    }
  }

  RunningApplier startApplier() throws IOException {
    RunningApplier applier = RunningApplier.start(config());
    appliers.add(applier);
    return applier;
  }

  /** What has failed is no failure of the test any more. */
  void forgetAppliers() {
    appliers.clear();
  }

  void awaitPosition(long position) throws InterruptedException {
    Await.until(
        "position " + Position.format(position),
        LIMIT,
        () -> {
          for (RunningApplier applier : appliers) {
            if (applier.failure() != null) {
              throw new AssertionError("the applier ended", applier.failure());
            }
          }
          return query("SELECT position FROM duplex.applied").equals(Long.toString(position));
        });
  }

  /** Waits until everything published is applied. */
  void awaitApplied() throws InterruptedException {
    awaitPosition(publisher.position());
  }

  Optional<Progress> progress() {
    return Optional.ofNullable(new ProgressLog(kafka, registry).heads().get(Role.CONSUMER));
  }

  @Override
  public void close() {
    for (RunningApplier applier : appliers) {
      applier.close();
    }
    publisher.close();
    registry.close();
  }

  /** An applier in a thread of its own. */
  static final class RunningApplier implements AutoCloseable {
    private final Applier applier;
    private final Thread thread;
    private volatile @Nullable Throwable failure;

    private RunningApplier(Applier applier) {
      this.applier = applier;
      this.thread = new Thread(this::run, "applier");
    }

    static RunningApplier start(DuplexConfig config) {
      RunningApplier running = new RunningApplier(new Applier(config));
      running.thread.start();
      return running;
    }

    private void run() {
      try {
        applier.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Throwable e) {
        failure = e;
      }
    }

    ApplierStatus status() {
      return applier.status();
    }

    @Nullable Throwable failure() {
      return failure;
    }

    Throwable awaitFailure() throws InterruptedException {
      Await.until("the applier to fail", LIMIT, () -> failure != null);
      Throwable found = failure;
      if (found == null) {
        throw new AssertionError();
      }
      return found;
    }

    @Override
    public void close() {
      try {
        if (!applier.stop()) {
          throw new AssertionError("the applier did not stop");
        }
        thread.join(10_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
