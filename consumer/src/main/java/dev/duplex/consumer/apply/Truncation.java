package dev.duplex.consumer.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tables to be emptied by one statement: PostgreSQL refuses to truncate a table without those that
 * refer to it. Not thread-safe.
 */
public final class Truncation {
  private final Connection connection;
  private final Set<String> tables = new LinkedHashSet<>();

  public Truncation(Connection connection) {
    this.connection = connection;
  }

  /** Takes a table, as SQL names it, to the others. */
  public void add(String table) {
    tables.add(table);
  }

  boolean isPending() {
    return !tables.isEmpty();
  }

  /** Empties what was added since the last time. */
  public void run() throws SQLException {
    if (tables.isEmpty()) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE " + String.join(", ", tables));
    } finally {
      tables.clear();
    }
  }

  void clear() {
    tables.clear();
  }
}
