package dev.duplex.producer.spool;

import dev.duplex.schemas.row.EnvelopeSchema;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * The schemas of a diff file (docs/decisions/0008-diff-file-union.md). The set never changes.
 *
 * <p>Owned by one thread.
 */
final class SchemaUnion {
  /** What {@link #indexOf} answers for a schema that is not here. */
  static final int NONE = -1;

  private final List<Schema> branches;
  // Finds again without comparing; the capture makes few objects, but new ones in each session.
  private final IdentityHashMap<EnvelopeSchema, Integer> known = new IdentityHashMap<>();

  SchemaUnion(List<Schema> branches) {
    this.branches = List.copyOf(branches);
  }

  int indexOf(EnvelopeSchema schema) {
    Integer index = known.get(schema);
    if (index == null) {
      index = branches.indexOf(schema.envelope());
      if (index != NONE) {
        known.put(schema, index);
      }
    }
    return index;
  }

  /** Whether another schema of the same name is here, which a union cannot hold too. */
  boolean hasOtherShape(EnvelopeSchema schema) {
    String name = schema.envelope().getFullName();
    return branches.stream().anyMatch(branch -> branch.getFullName().equals(name));
  }

  /** These and one more, without another shape of it. Without such a shape all indexes stay. */
  SchemaUnion with(EnvelopeSchema schema) {
    String name = schema.envelope().getFullName();
    List<Schema> more = new ArrayList<>(branches);
    more.removeIf(branch -> branch.getFullName().equals(name));
    more.add(schema.envelope());
    return new SchemaUnion(more);
  }

  Schema schema() {
    return Schema.createUnion(branches);
  }

  String fingerprints() {
    return branches.stream().map(SchemaUnion::fingerprint).collect(Collectors.joining(","));
  }

  static String fingerprint(Schema schema) {
    return "%016x".formatted(ByteBuffer.wrap(WireFormat.fingerprint(schema)).getLong());
  }
}
