package dev.duplex.schemas.table;

/** A table's schema and name as the database stores them (no quotes, case kept). */
public record TableId(String schema, String name) implements Comparable<TableId> {

  /** The quoted form for SQL. */
  public String sql() {
    return SqlName.quote(schema) + "." + SqlName.quote(name);
  }

  @Override
  public int compareTo(TableId other) {
    int bySchema = schema.compareTo(other.schema);
    return bySchema != 0 ? bySchema : name.compareTo(other.name);
  }

  /** For people: {@code public.accounts}. */
  @Override
  public String toString() {
    return schema + "." + name;
  }
}
