package dev.duplex.schemas.table;

/** Quoting of identifiers and literals where SQL takes no parameter. */
public final class SqlName {
  private SqlName() {}

  public static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /** A text literal; the E form, so that it means the same under any setting of the server. */
  public static String literal(String text) {
    return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
