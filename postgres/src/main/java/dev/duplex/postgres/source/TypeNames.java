package dev.duplex.postgres.source;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names of types by their number, as {@link dev.duplex.postgres.catalog.TableCatalog} gives them:
 * pgoutput sends only the number of a built-in type, and a domain under the name of its base type.
 *
 * <p>Owned by the capture's thread.
 */
final class TypeNames {
  private static final String QUERY =
      """
      WITH RECURSIVE base(oid, typtype, typbasetype) AS (
        SELECT oid, typtype, typbasetype FROM pg_catalog.pg_type WHERE oid = ?
        UNION ALL
        SELECT t.oid, t.typtype, t.typbasetype
          FROM base JOIN pg_catalog.pg_type t ON t.oid = base.typbasetype
         WHERE base.typtype = 'd')
      SELECT pg_catalog.format_type(oid, -1), (SELECT count(*) FROM base) > 1
        FROM base WHERE typtype <> 'd'
      """;

  /**
   * A type's name.
   *
   * @param domain whether a domain was resolved; its modifier is then unknown
   */
  record TypeName(String name, boolean domain) {}

  /** Asks the primary; separate, because it is a process boundary. */
  interface Lookup {
    @Nullable TypeName find(int oid) throws SQLException;
  }

  private final Lookup lookup;
  private final Map<Integer, TypeName> names = new HashMap<>();
  private final Map<Integer, String> announced = new HashMap<>();

  TypeNames(Lookup lookup) {
    this.lookup = lookup;
  }

  static TypeNames of(Connection connection) {
    return new TypeNames(oid -> query(connection, oid));
  }

  /** From a Type message: the name at that place of the log, should the type be gone by now. */
  void announce(int oid, String qualifiedName) {
    announced.put(oid, qualifiedName);
    names.remove(oid); // it may have been renamed
  }

  TypeName of(int oid) throws SQLException {
    TypeName known = names.get(oid);
    if (known == null) {
      known = lookup.find(oid);
      if (known == null) {
        known =
            new TypeName(
                announced.getOrDefault(oid, "type " + Integer.toUnsignedString(oid)), false);
      }
      names.put(oid, known);
    }
    return known;
  }

  private static @Nullable TypeName query(Connection connection, int oid) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
      statement.setLong(1, Integer.toUnsignedLong(oid));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? new TypeName(row.getString(1), row.getBoolean(2)) : null;
      }
    }
  }
}
