package dev.duplex.config;

import java.util.List;
import java.util.Optional;

/**
 * The database that is written to, and which of its tables are replicated.
 *
 * @param database how to connect to it
 * @param tables which tables are replicated; at least one pattern
 * @param exclude which of these are not
 * @param keyless what to do with tables that have no key to find a row by
 */
public record PrimaryConfig(
    DatabaseConfig database,
    List<TablePattern> tables,
    List<TablePattern> exclude,
    Keyless keyless) {

  /** What to do with a table that has neither a primary key nor a replica identity. */
  public enum Keyless {
    /** Refuse it, unless rows are only inserted into it. */
    REFUSE,
    /** Find its rows by all their columns. */
    FULL_ROW
  }

  /**
   * Copies the lists and checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public PrimaryConfig {
    tables = List.copyOf(tables);
    exclude = List.copyOf(exclude);
    checks(tables).done();
  }

  /** Whether a table is replicated: chosen, and not excluded. */
  public boolean replicates(String schema, String table) {
    return tables.stream().anyMatch(pattern -> pattern.matches(schema, table))
        && exclude.stream().noneMatch(pattern -> pattern.matches(schema, table));
  }

  static Optional<PrimaryConfig> read(Section section) {
    Optional<DatabaseConfig> database = DatabaseConfig.read(section);
    List<TablePattern> tables =
        section.list("tables", List.of(new TablePattern("public", "*")), TablePattern::parse);
    List<TablePattern> exclude = section.list("exclude", List.of(), TablePattern::parse);
    Keyless keyless =
        section.value("keyless", Keyless.REFUSE, text -> Scalars.oneOf(Keyless.class, text));
    section.check(checks(tables));
    return database
        .filter(complete -> !tables.isEmpty())
        .map(complete -> new PrimaryConfig(complete, tables, exclude, keyless));
  }

  private static Checks checks(List<TablePattern> tables) {
    return new Checks()
        .that(
            !tables.isEmpty(),
            "tables",
            "names no table; write patterns such as [\"public.*\"], or remove the key");
  }
}
