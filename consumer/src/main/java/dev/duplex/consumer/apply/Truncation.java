package dev.duplex.consumer.apply;

import dev.duplex.database.target.TargetSession;
import dev.duplex.database.target.TargetTable;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Tables whose truncates follow each other, to be emptied at once: they may refer to each other.
 * Not thread-safe.
 */
final class Truncation {
  private final TargetSession session;
  private final Set<TargetTable> tables = new LinkedHashSet<>();

  Truncation(TargetSession session) {
    this.session = session;
  }

  /** Takes a table to the others. */
  void add(TargetTable table) {
    tables.add(table);
  }

  boolean isPending() {
    return !tables.isEmpty();
  }

  /** Empties what was added since the last time. */
  void run() throws SQLException {
    if (tables.isEmpty()) {
      return;
    }
    try {
      session.truncate(tables);
    } finally {
      tables.clear();
    }
  }

  void clear() {
    tables.clear();
  }
}
