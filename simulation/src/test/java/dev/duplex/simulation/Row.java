package dev.duplex.simulation;

import dev.duplex.database.source.LogListener;
import dev.duplex.schemas.row.AvroBuffer;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.row.SourceRow;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.util.List;

/** A tiny row of one of the simulation's tables: a key and a value. */
record Row(long key, long value) implements SourceRow {
  /** The tables' names. */
  static final List<TableId> TABLES =
      List.of(new TableId("public", "one"), new TableId("public", "two"));

  /** The shape of a table, as {@link LogListener#table} gets it. */
  static Table shape(TableId id) {
    return new Table(
        id,
        List.of(
            new Column("k", SqlType.of("bigint"), true),
            new Column("v", SqlType.of("bigint"), false)),
        false);
  }

  @Override
  public void write(List<RowField> fields, AvroBuffer out) {
    column(key, out);
    column(value, out);
  }

  @Override
  public void writeKey(List<RowField> fields, AvroBuffer out) {
    column(key, out);
  }

  private static void column(long content, AvroBuffer out) {
    out.writeInt(1); // the typed branch
    out.writeLong(content);
  }

  @Override
  public List<String> unchanged(List<RowField> fields) {
    return List.of();
  }

  /** What a statement did to a row; a truncate has none. */
  record Change(TableId table, Operation operation, Row row) {}
}
