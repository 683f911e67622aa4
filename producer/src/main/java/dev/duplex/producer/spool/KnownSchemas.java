package dev.duplex.producer.spool;

import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlKind;
import dev.duplex.schemas.row.EnvelopeSchema;
import dev.duplex.schemas.row.RowLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** The schemas that a reader came across: equal ones are one object, in whichever file they are. */
final class KnownSchemas {
  /** What a branch of a file's union stands for. */
  record Known(EnvelopeSchema schema, RowFormat format) {}

  private final Map<Schema, Known> known = new HashMap<>();

  /**
   * The branches of a file's union.
   *
   * @throws IllegalArgumentException if the schema is not what was written
   */
  List<Known> branches(FileHeader header) {
    List<String> fingerprints = header.fingerprints();
    List<Schema> schemas = parse(header);
    if (schemas.size() != fingerprints.size()) {
      throw new IllegalArgumentException("its schema has not as many branches as it says");
    }
    List<Known> branches = new ArrayList<>(schemas.size());
    for (int i = 0; i < schemas.size(); i++) {
      Schema schema = schemas.get(i);
      if (!SchemaUnion.fingerprint(schema).equals(fingerprints.get(i))) {
        throw new IllegalArgumentException(
            "its schema " + schema.getFullName() + " does not match its fingerprint");
      }
      branches.add(known.computeIfAbsent(schema, KnownSchemas::make));
    }
    return branches;
  }

  /** The schemas of a file's union. */
  static List<Schema> parse(FileHeader header) {
    try {
      Schema schema = new Schema.Parser().parse(header.schema());
      if (schema.getType() != Schema.Type.UNION) {
        throw new IllegalArgumentException("its schema is no union");
      }
      return schema.getTypes();
    } catch (AvroRuntimeException e) {
      throw new IllegalArgumentException("its schema is none: " + e.getMessage(), e);
    }
  }

  private static Known make(Schema schema) {
    if (ControlKind.isControl(schema)) {
      // No kind is spooled by this version: whoever wrote the file is a newer one.
      throw new IllegalArgumentException(
          "it holds control records (" + schema.getName() + "), which this version does not read");
    }
    return new Known(EnvelopeSchema.of(schema), new RowFormat(RowLayout.of(schema)));
  }
}
