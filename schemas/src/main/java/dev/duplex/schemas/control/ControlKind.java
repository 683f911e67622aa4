package dev.duplex.schemas.control;

import dev.duplex.schemas.avro.CopyKey;
import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.avro.CopyPhase;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * What control records there are. Whoever treats them goes by this list; what the applier does at
 * each is in the consumer's {@code ControlActions}. The records of one schema may be of several
 * kinds (docs/formats/changes.md).
 */
// Schemas and functions have no type that says so, but nobody changes these.
@SuppressWarnings("ImmutableEnumChecker")
public enum ControlKind {
  /** The tables of the link are empty from here on; rows of a copy follow. */
  COPY_BEGIN(
      CopyMarker.class,
      CopyMarker.getClassSchema(),
      copy -> copy.getPhase() == CopyPhase.BEGIN,
      copy -> new CopyKey(copy.getCopyId()),
      copy -> "copy " + copy.getCopyId(),
      Place.VOIDS_WHAT_IS_OPEN),

  /** All rows of a copy were sent; the chain goes on from the copy's position. */
  COPY_END(
      CopyMarker.class,
      CopyMarker.getClassSchema(),
      copy -> copy.getPhase() == CopyPhase.END,
      copy -> new CopyKey(copy.getCopyId()),
      copy -> "copy " + copy.getCopyId(),
      Place.BETWEEN_TRANSACTIONS);

  /** Where a record may come. */
  public enum Place {
    /** Only where the transaction before it is complete. */
    BETWEEN_TRANSACTIONS,
    /** Anywhere: a transaction that is published in part by then will not be completed. */
    VOIDS_WHAT_IS_OPEN
  }

  private final Schema schema;
  private final Predicate<SpecificRecord> matches;
  private final Function<SpecificRecord, SpecificRecord> key;
  private final Function<SpecificRecord, String> subject;
  private final Place place;

  <T extends SpecificRecord> ControlKind(
      Class<T> body,
      Schema schema,
      Predicate<T> matches,
      Function<T, SpecificRecord> key,
      Function<T, String> subject,
      Place place) {
    this.schema = schema;
    this.matches = record -> body.isInstance(record) && matches.test(body.cast(record));
    this.key = record -> key.apply(body.cast(record));
    this.subject = record -> subject.apply(body.cast(record));
    this.place = place;
  }

  /**
   * Whether a schema is that of a control record, known or not: those are named like Duplex's own
   * messages, changes like their tables.
   */
  public static boolean isControl(Schema schema) {
    return schema.getType() == Schema.Type.RECORD
        && CopyMarker.getClassSchema().getNamespace().equals(schema.getNamespace());
  }

  /** The schema to read what was written with another one; empty if this version knows none. */
  public static Optional<Schema> reader(Schema writer) {
    return Arrays.stream(values())
        .map(kind -> kind.schema)
        .filter(schema -> schema.getFullName().equals(writer.getFullName()))
        .findFirst();
  }

  static ControlKind of(SpecificRecord body) {
    return Arrays.stream(values())
        .filter(kind -> kind.matches.test(body))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no control record: " + body));
  }

  /** Where records of this kind may come. */
  public Place place() {
    return place;
  }

  SpecificRecord key(SpecificRecord body) {
    return key.apply(body);
  }

  String subject(SpecificRecord body) {
    return subject.apply(body);
  }
}
