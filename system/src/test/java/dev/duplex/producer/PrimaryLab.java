package dev.duplex.producer;

import dev.duplex.admin.setup.FirstHead;
import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.topics.TopicSetup;
import dev.duplex.lab.Await;
import dev.duplex.lab.Lab;
import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.SharedLab;
import dev.duplex.postgres.source.PostgresRelayTable;
import dev.duplex.postgres.source.PostgresReplicationSlot;
import dev.duplex.postgres.source.PostgresSourceSetup;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.LinkStart;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.time.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A primary, a broker and a registry, with links set up as {@code init} does it. */
public final class PrimaryLab implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Lab lab = SharedLab.get();
  private final String database = SharedLab.newName();

  public PrimaryLab() throws IOException, InterruptedException, SQLException {
    lab.primary().createDatabase(database);
  }

  public Lab lab() {
    return lab;
  }

  public Connection connect() throws SQLException {
    return lab.primary().connect(database);
  }

  public void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** A configuration; {@code more} is YAML to add at its end. */
  public DuplexConfig config(String link, String more) throws IOException {
    PostgresServer primary = lab.primary();
    Path file = Files.createTempFile(lab.directory(), "duplex", ".yaml");
    Files.writeString(
        file,
        """
        link: %s
        primary: { jdbc-url: "%s", username: %s, password: "${PASSWORD}", tables: ["%s.*"] }
        secondary: { jdbc-url: "jdbc:postgresql://127.0.0.1:1/none", username: nobody }
        kafka: { bootstrap.servers: "%s" }
        registry: { url: "%s" }
        topics: { replication-factor: 1 }
        spool: { directory: "%s" }
        takeover-after: 3s
        %s
        """
            .formatted(
                link,
                primary.jdbcUrl(database),
                primary.username(),
                link,
                lab.broker().bootstrapServers(),
                lab.registry().url(),
                lab.directory().resolve("spool"),
                more));
    return DuplexConfig.load(file, Map.of("PASSWORD", primary.password())::get);
  }

  public static KafkaSettings kafka(DuplexConfig config) {
    return new KafkaSettings(new Link(config.link()), config.kafka().properties().asMap());
  }

  /** Sets a link up that replicates the tables of the schema named like it. */
  public void setUp(DuplexConfig config) throws Exception {
    KafkaSettings kafka = kafka(config);
    try (Connection session = connect();
        TopicSetup topics =
            new TopicSetup(
                kafka, config.topics().replicationFactor(), config.topics().retention());
        PostgresReplicationSlot slot =
            PostgresReplicationSlot.open(config.primary().database(), kafka.link(), Time.system());
        SchemaRegistry registry = SchemaRegistry.open(config.registry().url(), Map.of())) {
      new PostgresRelayTable(session, kafka.link()).create();
      PostgresSourceSetup setup = new PostgresSourceSetup(session, kafka.link());
      setup.publish(setup.chooseTables(config.primary()));
      for (var missing : topics.examine().missing()) {
        topics.create(missing, 1);
      }
      // A broker that has only just started may not know yet what was created.
      Await.until(
          "the changes topic", Duration.ofSeconds(10), () -> topics.changesTopicId().isPresent());
      LinkStart start =
          new LinkStart(
              slot.identity(),
              slot.create(false).consistentPoint(),
              topics.changesTopicId().orElseThrow(),
              setup.clockMicros());
      FirstHead.publish(kafka, new ProgressLog(kafka, registry), start, Instance.named("setup"));
    }
  }

  /** The producer's head on the progress topic. */
  public @Nullable Progress head(DuplexConfig config) {
    try (SchemaRegistry registry = SchemaRegistry.open(config.registry().url(), Map.of())) {
      return new ProgressLog(kafka(config), registry).heads().get(Role.PRODUCER);
    }
  }

  /**
   * Waits until that is as it should be: the broker answers when the end of a transaction is
   * decided, and shows it a moment later.
   */
  public Progress awaitHead(DuplexConfig config, Predicate<Progress> condition)
      throws InterruptedException {
    AtomicReference<Progress> found = new AtomicReference<>();
    Await.until(
        "the head is as it should be",
        LIMIT,
        () -> {
          Progress head = head(config);
          found.set(head);
          return head != null && condition.test(head);
        });
    return Objects.requireNonNull(found.get());
  }

  @Override
  public void close() throws SQLException, InterruptedException {
    SharedLab.dropDatabase(lab.primary(), database);
  }
}
