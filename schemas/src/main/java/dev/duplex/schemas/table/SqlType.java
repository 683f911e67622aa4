package dev.duplex.schemas.table;

/**
 * A column's type.
 *
 * @param name as {@code format_type(oid, -1)} shows it: {@code integer}, {@code numeric}, {@code
 *     public.mood}; schema-qualified unless in pg_catalog
 * @param modifier PostgreSQL's type modifier, -1 if there is none
 */
public record SqlType(String name, int modifier) {
  public static final int NO_MODIFIER = -1;

  public static SqlType of(String name) {
    return new SqlType(name, NO_MODIFIER);
  }
}
