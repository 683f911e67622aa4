package dev.duplex.schemas.row;

/**
 * SQL names as Avro names, one to one: a character that Avro does not allow becomes {@code
 * _xHHHH_}, the mapping of SQL/XML (ISO/IEC 9075-14, "mapping SQL identifiers to XML names").
 */
final class AvroName {
  private AvroName() {}

  static String of(String sqlName) {
    StringBuilder name = new StringBuilder(sqlName.length());
    for (int i = 0; i < sqlName.length(); i++) {
      char c = sqlName.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean digit = c >= '0' && c <= '9';
      // An underscore that could be taken for the start of an escape is escaped itself.
      boolean plainUnderscore = c == '_' && !sqlName.startsWith("_x", i);
      if (letter || plainUnderscore || (digit && i > 0)) {
        name.append(c);
      } else {
        name.append(String.format("_x%04X_", (int) c));
      }
    }
    return name.toString();
  }
}
