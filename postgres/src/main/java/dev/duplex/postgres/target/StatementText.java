package dev.duplex.postgres.target;

import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.table.SqlName;
import java.util.BitSet;
import java.util.StringJoiner;

/**
 * The SQL for one table: each statement takes any number of rows as one array for each column, the
 * key's first. In it, {@code v.k0} is the first field as key, {@code v.c0} as value.
 */
final class StatementText {
  private final TableShape target;
  private final boolean asText;

  StatementText(TableShape target, boolean asText) {
    this.target = target;
    this.asText = asText;
  }

  String insert(BitSet values) {
    StringJoiner columns = new StringJoiner(", ");
    StringJoiner selected = new StringJoiner(", ");
    values.stream().forEach(i -> columns.add(column(i)));
    values.stream().forEach(i -> selected.add(cast("v.c" + i, i)));
    return "INSERT INTO %s (%s)%s SELECT %s FROM %s"
        .formatted(
            target.id().sql(),
            columns,
            target.identityAlways() ? " OVERRIDING SYSTEM VALUE" : "",
            selected,
            unnest("v", new BitSet(), values));
  }

  String update(BitSet values) {
    String parameters = unnest("v", target.key(), values);
    return target.wholeRow()
        ? "WITH v AS (SELECT * FROM %s) UPDATE %s AS t SET %s FROM v WHERE %s"
            .formatted(parameters, target.only(), assignments(values), oneRow())
        : "UPDATE %s AS t SET %s FROM %s WHERE %s"
            .formatted(target.only(), assignments(values), parameters, sameKey());
  }

  String delete() {
    String parameters = unnest("v", target.key(), new BitSet());
    return target.wholeRow()
        ? "WITH v AS (SELECT * FROM %s) DELETE FROM %s AS t WHERE %s"
            .formatted(parameters, target.only(), oneRow())
        : "DELETE FROM %s AS t USING %s WHERE %s".formatted(target.only(), parameters, sameKey());
  }

  private String assignments(BitSet values) {
    StringJoiner assignments = new StringJoiner(", ");
    values.stream().forEach(i -> assignments.add(column(i) + " = " + cast("v.c" + i, i)));
    return assignments.toString();
  }

  private String sameKey() {
    StringJoiner conditions = new StringJoiner(" AND ");
    target.key().stream()
        .forEach(i -> conditions.add("t." + column(i) + " = " + cast("v.k" + i, i)));
    return conditions.toString();
  }

  /** Of rows that are all alike, any one. */
  private String oneRow() {
    StringJoiner conditions = new StringJoiner(" AND ");
    target.key().stream().forEach(i -> conditions.add(sameValue(i)));
    return "(t.tableoid, t.ctid) = (SELECT x.tableoid, x.ctid FROM %s AS x, v WHERE %s LIMIT 1)"
        .formatted(target.only(), conditions);
  }

  /**
   * Types that travel as text need not have an equality (json, point); their text is compared, as
   * the output function makes it: a cast to text would not do for all (inet, character).
   */
  private String sameValue(int field) {
    return type(field) == ArrayType.TEXT
        ? "CASE WHEN x.%1$s IS DISTINCT FROM NULL THEN pg_catalog.format('%%s', x.%1$s) END IS NOT DISTINCT FROM v.k%2$d"
            .formatted(column(field), field)
        : "x.%s IS NOT DISTINCT FROM %s".formatted(column(field), cast("v.k" + field, field));
  }

  private String unnest(String alias, BitSet keys, BitSet values) {
    StringJoiner parameters = new StringJoiner(", ");
    StringJoiner names = new StringJoiner(", ");
    keys.stream().forEach(i -> parameters.add(parameter(i)));
    values.stream().forEach(i -> parameters.add(parameter(i)));
    keys.stream().forEach(i -> names.add("k" + i));
    values.stream().forEach(i -> names.add("c" + i));
    // Unqualified: of a function by this name only the parser knows that it takes several arrays.
    return "unnest(%s) AS %s(%s)".formatted(parameters, alias, names);
  }

  private String parameter(int field) {
    return "?::" + type(field).element() + "[]";
  }

  /**
   * To the column's type without its length: a value that is too long is then refused by the
   * assignment, while a cast with the length would cut it.
   */
  private String cast(String value, int field) {
    String type = target.types().get(field);
    return type.equals(type(field).element()) ? value : value + "::" + type;
  }

  private ArrayType type(int field) {
    return ArrayType.of(field(field).carrier(), asText);
  }

  private String column(int field) {
    return SqlName.quote(field(field).column());
  }

  private RowField field(int field) {
    return target.fields().get(field);
  }
}
