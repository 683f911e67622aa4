package dev.duplex.postgres.target;

import dev.duplex.schemas.row.WireType;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The array types that values are bound as, with PostgreSQL's fixed numbers for them. */
enum ArrayType {
  BOOLEAN("boolean", "_bool", 16, 1000),
  BYTEA("bytea", "_bytea", 17, 1001),
  BIGINT("bigint", "_int8", 20, 1016),
  INTEGER("integer", "_int4", 23, 1007),
  TEXT("text", "_text", 25, 1009),
  REAL("real", "_float4", 700, 1021),
  DOUBLE("double precision", "_float8", 701, 1022),
  DATE("date", "_date", 1082, 1182),
  TIME("time without time zone", "_time", 1083, 1183),
  TIMESTAMP("timestamp without time zone", "_timestamp", 1114, 1115),
  TIMESTAMPTZ("timestamp with time zone", "_timestamptz", 1184, 1185),
  NUMERIC("numeric", "_numeric", 1700, 1231),
  UUID("uuid", "_uuid", 2950, 2951);

  private final String element;
  private final String driverName;
  private final int elementOid;
  private final int arrayOid;

  ArrayType(String element, String driverName, int elementOid, int arrayOid) {
    this.element = element;
    this.driverName = driverName;
    this.elementOid = elementOid;
    this.arrayOid = arrayOid;
  }

  /**
   * How a carrier's values are bound.
   *
   * @param asText whether those that have a text form beside the typed one are bound as text
   */
  static ArrayType of(WireType carrier, boolean asText) {
    if (asText && carrier.escapable()) {
      return TEXT;
    }
    return switch (carrier) {
      case BOOLEAN -> BOOLEAN;
      case INT -> INTEGER;
      case LONG -> BIGINT;
      case FLOAT -> REAL;
      case DOUBLE -> DOUBLE;
      case BYTES -> BYTEA;
      case TEXT -> TEXT;
      case UUID -> UUID;
      case DECIMAL -> NUMERIC;
      case DATE -> DATE;
      case TIME -> TIME;
      case LOCAL_TIMESTAMP -> TIMESTAMP;
      case TIMESTAMP -> TIMESTAMPTZ;
    };
  }

  /** The element type as {@code format_type} shows it. */
  String element() {
    return element;
  }

  /** The array type as the driver calls it. */
  String driverName() {
    return driverName;
  }

  int elementOid() {
    return elementOid;
  }

  /** For the driver's {@code binaryTransferEnable}: it sends others as text. */
  static String oids() {
    return Arrays.stream(values())
        .map(type -> Integer.toString(type.arrayOid))
        .collect(Collectors.joining(","));
  }
}
