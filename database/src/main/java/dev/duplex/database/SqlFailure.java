package dev.duplex.database;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;

/** Sorts SQL errors by SQLState; the only place that does. */
public final class SqlFailure {
  // connection, transaction rollback, insufficient resources, operator intervention
  private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "40", "53", "57");
  private static final String OBJECT_IN_USE = "55006";
  private static final String UNDEFINED_OBJECT = "42704";
  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private SqlFailure() {}

  /** Whether the same statement can work later without anybody changing anything. */
  public static boolean isTransient(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.length() != 5) {
      return e.getCause() instanceof IOException;
    }
    return TRANSIENT_CLASSES.contains(state.substring(0, 2))
        || state.equals(OBJECT_IN_USE)
        || state.equals(LOCK_NOT_AVAILABLE);
  }

  /** Whether another session has it, e.g. a slot that its last reader has not left yet. */
  public static boolean isObjectInUse(SQLException e) {
    return OBJECT_IN_USE.equals(e.getSQLState());
  }

  /** Whether the named thing, e.g. a slot, is not there. */
  public static boolean isUndefinedObject(SQLException e) {
    return UNDEFINED_OBJECT.equals(e.getSQLState());
  }

  /** One line for people: PostgreSQL's message without its further lines, and the SQLState. */
  public static String line(SQLException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("") + " (SQLState " + e.getSQLState() + ")";
  }
}
