package dev.duplex.schemas.row;

import dev.duplex.schemas.table.SqlType;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * How a column's values travel. A type that Avro has a type for travels typed; every other one in
 * PostgreSQL's own text form. Where a typed carrier cannot hold each value of the SQL type (NaN,
 * infinity, years before 1 or after 9999), the column's union has a string as third branch, which
 * takes such a value as text: nothing changes on its way.
 */
public enum WireType {
  BOOLEAN(false),
  INT(false),
  LONG(false),
  FLOAT(false),
  DOUBLE(false),
  BYTES(false),
  TEXT(false),
  UUID(false),
  DECIMAL(true),
  DATE(true),
  TIME(false),
  LOCAL_TIMESTAMP(true),
  TIMESTAMP(true);

  private static final Map<String, WireType> BY_TYPE =
      Map.ofEntries(
          Map.entry("boolean", BOOLEAN),
          Map.entry("smallint", INT),
          Map.entry("integer", INT),
          Map.entry("bigint", LONG),
          Map.entry("oid", LONG),
          Map.entry("real", FLOAT),
          Map.entry("double precision", DOUBLE),
          Map.entry("bytea", BYTES),
          Map.entry("uuid", UUID),
          Map.entry("date", DATE),
          Map.entry("time without time zone", TIME),
          Map.entry("timestamp without time zone", LOCAL_TIMESTAMP),
          Map.entry("timestamp with time zone", TIMESTAMP));

  private final boolean escapable;

  WireType(boolean escapable) {
    this.escapable = escapable;
  }

  /** Whether the union has the string branch for values that the typed branch cannot hold. */
  public boolean escapable() {
    return escapable;
  }

  static WireType of(SqlType type) {
    if (type.name().equals("numeric")) {
      int scale = scale(type);
      return type.modifier() >= 0 && scale >= 0 && scale <= precision(type) ? DECIMAL : TEXT;
    }
    return BY_TYPE.getOrDefault(type.name(), TEXT);
  }

  /** Recognises the carrier of a field that {@link #branch} made. */
  static WireType of(Schema branch) {
    var logical = branch.getLogicalType();
    return switch (branch.getType()) {
      case BOOLEAN -> BOOLEAN;
      case INT -> logical instanceof LogicalTypes.Date ? DATE : INT;
      case LONG -> {
        if (logical instanceof LogicalTypes.TimeMicros) {
          yield TIME;
        } else if (logical instanceof LogicalTypes.LocalTimestampMicros) {
          yield LOCAL_TIMESTAMP;
        } else if (logical instanceof LogicalTypes.TimestampMicros) {
          yield TIMESTAMP;
        }
        yield LONG;
      }
      case FLOAT -> FLOAT;
      case DOUBLE -> DOUBLE;
      case BYTES -> logical instanceof LogicalTypes.Decimal ? DECIMAL : BYTES;
      case STRING -> logical instanceof LogicalTypes.Uuid ? UUID : TEXT;
      default -> throw new IllegalArgumentException("no column travels as " + branch);
    };
  }

  /** The typed branch of the column's union. */
  Schema branch(SqlType type) {
    return switch (this) {
      case BOOLEAN -> Schema.create(Schema.Type.BOOLEAN);
      case INT -> Schema.create(Schema.Type.INT);
      case LONG -> Schema.create(Schema.Type.LONG);
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case BYTES -> Schema.create(Schema.Type.BYTES);
      case TEXT -> Schema.create(Schema.Type.STRING);
      case UUID -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
      case DECIMAL ->
          LogicalTypes.decimal(precision(type), scale(type))
              .addToSchema(Schema.create(Schema.Type.BYTES));
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      case TIME -> LogicalTypes.timeMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case LOCAL_TIMESTAMP ->
          LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    };
  }

  // numeric's modifier: ((precision << 16) | (scale & 0x7ff)) + 4, the scale in 11 bits, signed
  // (PostgreSQL, src/backend/utils/adt/numeric.c, make_numeric_typmod).
  private static int precision(SqlType numeric) {
    return ((numeric.modifier() - 4) >> 16) & 0xFFFF;
  }

  static int scale(SqlType numeric) {
    return (((numeric.modifier() - 4) & 0x7FF) ^ 1024) - 1024;
  }
}
