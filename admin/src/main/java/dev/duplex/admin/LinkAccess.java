package dev.duplex.admin;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.SetupException;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens what the work on a link needs, from its configuration. */
public final class LinkAccess {
  private LinkAccess() {}

  /**
   * Opens a session, or says in one line why not.
   *
   * @param side {@code primary} or {@code secondary}, the section of the configuration
   */
  public static Connection session(String side, DatabaseConfig database, String command) {
    try {
      return DatabaseProducts.of(database).open(database, "duplex " + command);
    } catch (SQLException e) {
      throw new SetupException(
          side
              + ": cannot connect: "
              + SqlFailure.line(e)
              + "; check "
              + side
              + ".jdbc-url, username and password, and that the server runs",
          e);
    }
  }

  /** How the link's topics are reached. */
  public static KafkaSettings kafka(DuplexConfig config) {
    return new KafkaSettings(new Link(config.link()), config.kafka().properties().asMap());
  }

  /** The link's registry; asks nothing yet. */
  public static SchemaRegistry registry(DuplexConfig config) {
    return SchemaRegistry.open(config.registry().url(), config.registry().properties().asMap());
  }
}
