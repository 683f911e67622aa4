package dev.duplex.schemas.row;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/**
 * The Avro schemas of one table's changes on {@code <link>.changes}; see docs/formats/changes.md.
 *
 * <p>Field names and meanings are Debezium's. Every column is a union with null, whether or not the
 * table allows null, because a {@code before} image may hold the key alone.
 *
 * @param key the row key; null for a table without one
 * @param envelope the change
 */
public record EnvelopeSchema(TableId table, Schema key, Schema envelope) {
  static final String SQL_NAME = "sql.name";
  static final String SQL_TYPE = "sql.type";
  static final String SQL_MODIFIER = "sql.modifier";
  static final String SQL_KEY = "sql.key";
  static final String SQL_SCHEMA = "sql.schema";
  static final String SQL_TABLE = "sql.table";
  static final String SQL_FULL_ROW = "sql.full-row";

  private static final String NAMESPACE = "dev.duplex.schemas";

  /** The schemas of a table's shape; equal shapes give equal schemas. */
  public static EnvelopeSchema of(Link link, Table table) {
    TableId id = table.id();
    String namespace =
        String.join(
            ".", AvroName.of(link.name()), AvroName.of(id.schema()), AvroName.of(id.name()));
    Schema key = record("Key", namespace, fields(table.key()));
    Schema row = record("Value", namespace, fields(table.columns()));
    row.addProp(SQL_SCHEMA, id.schema());
    row.addProp(SQL_TABLE, id.name());
    row.addProp(SQL_FULL_ROW, table.fullRow());
    return new EnvelopeSchema(id, key, envelope(namespace, row));
  }

  /**
   * The schemas that belong to an envelope's, as a file or the registry gives it.
   *
   * @throws IllegalArgumentException if it is not one that {@link #of(Link, Table)} made
   */
  public static EnvelopeSchema of(Schema envelope) {
    RowLayout layout = RowLayout.of(envelope);
    List<Schema.Field> row = rowOf(envelope).getFields();
    List<Schema.Field> key = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      if (layout.fields().get(i).key()) {
        key.add(new Schema.Field(row.get(i), row.get(i).schema()));
      }
    }
    return new EnvelopeSchema(
        layout.table(), record("Key", envelope.getNamespace(), key), envelope);
  }

  /** Whether changes carry a row key. */
  public boolean hasKey() {
    return !key.getFields().isEmpty();
  }

  static Schema rowOf(Schema envelope) {
    return envelope.getField("after").schema().getTypes().get(1);
  }

  private static Schema envelope(String namespace, Schema row) {
    return record("Envelope", namespace, envelopeFields(row));
  }

  private static List<Schema.Field> envelopeFields(Schema row) {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(required("op", Schema.create(Schema.Type.STRING)));
    fields.add(required("source", source()));
    fields.add(optional("ts_ms", Schema.create(Schema.Type.LONG)));
    fields.add(optional("transaction", transaction()));
    fields.add(optional("before", row));
    fields.add(optional("after", row));
    return fields;
  }

  private static Schema source() {
    Schema string = Schema.create(Schema.Type.STRING);
    Schema number = Schema.create(Schema.Type.LONG);
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(required("connector", string));
    fields.add(required("name", string));
    fields.add(required("db", string));
    fields.add(required("schema", string));
    fields.add(required("table", string));
    fields.add(required("system_id", string));
    fields.add(required("timeline", Schema.create(Schema.Type.INT)));
    fields.add(optional("txId", number));
    fields.add(required("position", number));
    fields.add(required("ts_ms", number));
    fields.add(required("ts_us", number));
    fields.add(required("unchanged", Schema.createArray(string)));
    return record("Source", NAMESPACE, fields);
  }

  private static Schema transaction() {
    Schema number = Schema.create(Schema.Type.LONG);
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(required("id", Schema.create(Schema.Type.STRING)));
    fields.add(required("total_order", number));
    fields.add(required("data_collection_order", number));
    fields.add(required("position", number));
    fields.add(optional("previous_position", number));
    fields.add(optional("count", number));
    return record("Transaction", NAMESPACE, fields);
  }

  private static List<Schema.Field> fields(List<Column> columns) {
    List<Schema.Field> fields = new ArrayList<>(columns.size());
    for (Column column : columns) {
      WireType carrier = WireType.of(column.type());
      Schema union = union(carrier, carrier.branch(column.type()));
      Schema.Field field = optional(AvroName.of(column.name()), union);
      field.addProp(SQL_NAME, column.name());
      field.addProp(SQL_TYPE, column.type().name());
      if (column.type().modifier() >= 0) {
        field.addProp(SQL_MODIFIER, column.type().modifier());
      }
      if (column.key()) {
        field.addProp(SQL_KEY, true);
      }
      fields.add(field);
    }
    return fields;
  }

  /** A column's union: null, the typed branch, and where needed a string beside it. */
  static Schema union(WireType carrier, Schema branch) {
    Schema none = Schema.create(Schema.Type.NULL);
    return carrier.escapable()
        ? Schema.createUnion(none, branch, Schema.create(Schema.Type.STRING))
        : Schema.createUnion(none, branch);
  }

  /**
   * Whether a schema is an envelope around some row. Readers decode by position, so nothing but the
   * row may differ by a single field.
   */
  static boolean isEnvelope(Schema schema) {
    if (schema.getType() != Schema.Type.RECORD || schema.getField("after") == null) {
      return false;
    }
    Schema after = schema.getField("after").schema();
    if (!after.isUnion()
        || after.getTypes().size() != 2
        || after.getTypes().get(1).getType() != Schema.Type.RECORD) {
      return false;
    }
    return schema.getFields().equals(envelopeFields(after.getTypes().get(1)));
  }

  private static Schema record(String name, String namespace, List<Schema.Field> fields) {
    return Schema.createRecord(name, null, namespace, false, fields);
  }

  private static Schema.Field required(String name, Schema schema) {
    return new Schema.Field(name, schema);
  }

  private static Schema.Field optional(String name, Schema schema) {
    Schema union =
        schema.isUnion() ? schema : Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
    return new Schema.Field(name, union, null, JsonProperties.NULL_VALUE);
  }
}
