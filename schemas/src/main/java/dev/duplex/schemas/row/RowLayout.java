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
  public RowLayout {
    fields = List.copyOf(fields);
  }

  /**
   * Reads the layout.
   *
   * @throws IllegalArgumentException if the schema is not one that {@link EnvelopeSchema} made
   */
  public static RowLayout of(Schema envelope) {
    require(EnvelopeSchema.isEnvelope(envelope), envelope, "is no change envelope");
    Schema row = EnvelopeSchema.rowOf(envelope);
    String schema = row.getProp(EnvelopeSchema.SQL_SCHEMA);
    String table = row.getProp(EnvelopeSchema.SQL_TABLE);
    require(schema != null && table != null, envelope, "does not name its table");
    List<RowField> fields = new ArrayList<>();
    for (Schema.Field field : row.getFields()) {
      fields.add(field(field, envelope));
    }
    boolean fullRow = Boolean.TRUE.equals(row.getObjectProp(EnvelopeSchema.SQL_FULL_ROW));
    return new RowLayout(new TableId(schema, table), fields, fullRow);
  }

  private static RowField field(Schema.Field field, Schema envelope) {
    String column = field.getProp(EnvelopeSchema.SQL_NAME);
    String type = field.getProp(EnvelopeSchema.SQL_TYPE);
    String unnamed = "does not name column and type of field " + field.name();
    require(column != null && type != null, envelope, unnamed);
    Schema union = field.schema();
    String unlike = "has in field " + field.name() + " what no column travels as";
    require(union.isUnion() && union.getTypes().size() >= 2, envelope, unlike);
    Schema branch = union.getTypes().get(1);
    WireType carrier = WireType.of(branch);
    require(union.equals(EnvelopeSchema.union(carrier, branch)), envelope, unlike);
    boolean key = Boolean.TRUE.equals(field.getObjectProp(EnvelopeSchema.SQL_KEY));
    int scale =
        branch.getLogicalType() instanceof LogicalTypes.Decimal decimal ? decimal.getScale() : 0;
    return new RowField(column, type, carrier, key, scale);
  }

  private static void require(boolean condition, Schema envelope, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException("schema " + envelope.getFullName() + " " + otherwise);
    }
  }
}
