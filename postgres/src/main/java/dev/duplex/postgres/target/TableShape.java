package dev.duplex.postgres.target;

import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.RowField;
import dev.duplex.schemas.table.TableId;
import java.util.BitSet;
import java.util.List;

/**
 * A table of the secondary as one row format meets it.
 *
 * @param types the secondary's type of each field, without length or precision
 * @param key the fields that address a row; empty if rows can only be inserted
 * @param wholeRow whether the key is the whole row, which need not be unique
 * @param partitioned whether its rows lie in other tables
 * @param identityAlways whether an insert must override an identity column
 */
record TableShape(
    RowFormat format,
    List<String> types,
    BitSet key,
    boolean wholeRow,
    boolean partitioned,
    boolean identityAlways) {

  TableId id() {
    return format.table();
  }

  List<RowField> fields() {
    return format.fields();
  }

  /** The table in statements: without what inherits from it, which is replicated by itself. */
  String only() {
    return partitioned ? id().sql() : "ONLY " + id().sql();
  }
}
