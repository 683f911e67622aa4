package dev.duplex.schemas.row;

import dev.duplex.schemas.table.TableId;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * What a reader must know of an envelope to decode it by position: which table and which columns in
 * which order. Made from the schema alone, so it says what the writer wrote, not what a database
 * looks like now.
 *
 * @param fullRow whether the whole row is the key ({@code before} is then complete)
 */
public record RowLayout(TableId table, List<RowField> fields, boolean fullRow) {
  private static final List<String> ENVELOPE =
      List.of("op", "source", "ts_ms", "transaction", "before", "after");

  public RowLayout {
    fields = List.copyOf(fields);
  }

  /**
   * Reads the layout.
   *
   * @throws IllegalArgumentException if the schema is not one that {@link EnvelopeSchema} made
   */
  public static RowLayout of(Schema envelope) {
    if (envelope.getType() != Schema.Type.RECORD
        || !envelope.getFields().stream().map(Schema.Field::name).toList().equals(ENVELOPE)) {
      throw new IllegalArgumentException(
          "schema " + envelope.getFullName() + " is no change envelope");
    }
    Schema row = envelope.getField("after").schema().getTypes().get(1);
    String schema = row.getProp(EnvelopeSchema.SQL_SCHEMA);
    String table = row.getProp(EnvelopeSchema.SQL_TABLE);
    if (schema == null || table == null) {
      throw new IllegalArgumentException(
          "schema " + envelope.getFullName() + " does not name its table");
    }
    List<RowField> fields = new ArrayList<>();
    for (Schema.Field field : row.getFields()) {
      Schema branch = field.schema().getTypes().get(1);
      int scale =
          branch.getLogicalType() instanceof LogicalTypes.Decimal decimal ? decimal.getScale() : 0;
      fields.add(
          new RowField(
              field.getProp(EnvelopeSchema.SQL_NAME),
              field.getProp(EnvelopeSchema.SQL_TYPE),
              Carrier.of(branch),
              Boolean.TRUE.equals(field.getObjectProp(EnvelopeSchema.SQL_KEY)),
              scale));
    }
    boolean fullRow = Boolean.TRUE.equals(row.getObjectProp(EnvelopeSchema.SQL_FULL_ROW));
    return new RowLayout(new TableId(schema, table), fields, fullRow);
  }
}
