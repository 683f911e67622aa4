package dev.duplex.config;

import java.util.Optional;

/**
 * The database that is kept identical to the primary.
 *
 * @param database how to connect to it
 * @param createTables whether tables that it lacks are created after the primary's
 */
public record SecondaryConfig(DatabaseConfig database, boolean createTables) {

  static Optional<SecondaryConfig> read(Section section) {
    Optional<DatabaseConfig> database = DatabaseConfig.read(section);
    boolean createTables = section.value("create-tables", true, Scalars::bool);
    return database.map(complete -> new SecondaryConfig(complete, createTables));
  }
}
