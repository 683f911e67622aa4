package dev.duplex.admin.remove;

import dev.duplex.admin.LinkAccess;
import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.product.DatabaseProduct;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.source.RelayTable;
import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.database.target.TargetSetup;
import dev.duplex.kafka.topics.TopicSetup;
import dev.duplex.schemas.Link;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * Takes a link away. A slot that is forgotten keeps the primary's log until the disk is full. What
 * is not there is passed over, so it may be killed anywhere and run again.
 *
 * <p>Owned by one thread.
 */
public final class LinkRemoval {
  /**
   * What goes besides slot and publication.
   *
   * @param checkpoints what the link left in schema {@code duplex} of both databases
   */
  public record Extent(boolean topics, boolean checkpoints) {}

  private final DuplexConfig config;
  private final Link link;
  private final Consumer<String> removed;

  /**
   * A removal that is not begun.
   *
   * @param removed is told each thing that was there and is gone: "slot duplex_bank"
   */
  public LinkRemoval(DuplexConfig config, Consumer<String> removed) {
    this.config = config;
    this.link = new Link(config.link());
    this.removed = removed;
  }

  /** Removes. */
  public void run(Extent extent) throws SQLException, InterruptedException {
    primary(extent.checkpoints());
    if (extent.checkpoints()) {
      secondary();
    }
    if (extent.topics()) {
      topics();
    }
  }

  private void primary(boolean checkpoints) throws SQLException, InterruptedException {
    DatabaseConfig database = config.primary().database();
    DatabaseProduct product = DatabaseProducts.of(database);
    try (Connection session = LinkAccess.session("primary", database, "remove")) {
      try (ReplicationSlot slot = product.replicationSlot(database, link)) {
        if (slot.state().isPresent()) {
          slot.drop();
          removed.accept("slot " + link.slot());
        }
      }
      SourceSetup setup = product.sourceSetup(session, link);
      if (setup.hasPublication()) {
        setup.dropPublication();
        removed.accept("publication " + link.slot());
      }
      RelayTable relay = product.relayTable(session, link);
      if (checkpoints && relay.exists()) {
        relay.remove();
        removed.accept("checkpoint on the primary (duplex.relay)");
      }
    }
  }

  private void secondary() throws SQLException {
    DatabaseConfig database = config.secondary().database();
    Connection session = LinkAccess.session("secondary", database, "remove");
    try (TargetSetup setup = DatabaseProducts.of(database).targetSetup(session)) {
      if (setup.remove(link)) {
        removed.accept("checkpoint on the secondary (duplex.applied)");
      }
    }
  }

  private void topics() throws InterruptedException {
    try (TopicSetup setup =
        new TopicSetup(
            LinkAccess.kafka(config),
            config.topics().replicationFactor(),
            config.topics().retention())) {
      for (String topic : setup.existing()) {
        setup.delete(topic);
        removed.accept("topic " + topic);
      }
    }
  }
}
