package dev.duplex.admin.setup;

import dev.duplex.admin.LinkAccess;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.product.DatabaseProduct;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.source.RelayTable;
import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.topics.TopicSetup;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.SetupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The four things that a link connects, all reachable.
 *
 * @param topics found when the sessions were opened
 */
record SetupSessions(
    DuplexConfig config,
    Connection primary,
    Connection secondary,
    KafkaSettings kafka,
    TopicSetup topicSetup,
    TopicSetup.Findings topics,
    SchemaRegistry registry)
    implements AutoCloseable {

  /**
   * Connects to all of them.
   *
   * @throws SetupException with a line for each that cannot be reached
   */
  static SetupSessions open(DuplexConfig config) throws SQLException, InterruptedException {
    List<String> problems = new ArrayList<>();
    Connection primary = connect("primary", config, problems);
    Connection secondary = connect("secondary", config, problems);
    KafkaSettings kafka = LinkAccess.kafka(config);
    TopicSetup topicSetup = null;
    TopicSetup.Findings topics = null;
    try {
      topicSetup =
          new TopicSetup(kafka, config.topics().replicationFactor(), config.topics().retention());
      topics = topicSetup.examine();
    } catch (DuplexException e) {
      problems.add(e.getMessage() + "; check kafka.bootstrap.servers, and that the brokers run");
    }
    SchemaRegistry registry = LinkAccess.registry(config);
    try {
      registry.check();
    } catch (DuplexException e) {
      problems.add(e.getMessage() + "; check registry.url, and that the registry runs");
    }
    if (primary != null && secondary != null && topicSetup != null && topics != null) {
      SetupSessions sessions =
          new SetupSessions(config, primary, secondary, kafka, topicSetup, topics, registry);
      if (problems.isEmpty()) {
        return sessions;
      }
      sessions.close();
    } else {
      close(primary, secondary, topicSetup, registry);
    }
    throw new SetupException(String.join("\n", problems));
  }

  private static @Nullable Connection connect(
      String side, DuplexConfig config, List<String> problems) {
    try {
      return LinkAccess.session(
          side,
          side.equals("primary") ? config.primary().database() : config.secondary().database(),
          "init " + config.link());
    } catch (SetupException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  /** What the link needs on the primary. */
  SourceSetup sourceSetup() {
    return product().sourceSetup(primary, kafka.link());
  }

  /** Who may publish. */
  RelayTable relayTable() {
    return product().relayTable(primary, kafka.link());
  }

  /** The link's place in the log, on a connection of its own. */
  ReplicationSlot openSlot() throws SQLException {
    return product().replicationSlot(config.primary().database(), kafka.link());
  }

  private DatabaseProduct product() {
    return DatabaseProducts.of(config.primary().database());
  }

  private static void close(
      @Nullable Connection primary,
      @Nullable Connection secondary,
      @Nullable TopicSetup topicSetup,
      SchemaRegistry registry)
      throws SQLException {
    registry.close();
    if (topicSetup != null) {
      topicSetup.close();
    }
    if (secondary != null) {
      secondary.close();
    }
    if (primary != null) {
      primary.close();
    }
  }

  @Override
  public void close() throws SQLException {
    close(primary, secondary, topicSetup, registry);
  }
}
