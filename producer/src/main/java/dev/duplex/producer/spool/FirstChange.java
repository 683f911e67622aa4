package dev.duplex.producer.spool;

import dev.duplex.schemas.change.AvroReader;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.RowLayout;

/** Tells in a file's metadata what its first change says of itself. */
final class FirstChange {
  private final ChangeReader reader = new ChangeReader();
  private final AvroReader index = new AvroReader();
  private final Change change = new Change();

  /** Reads the first datum of a block. */
  void describe(byte[] block, SchemaUnion union, Entries entries) {
    index.reset(block, 0);
    RowFormat format = new RowFormat(RowLayout.of(union.schema().getTypes().get(index.readInt())));
    reader.readAmong(block, index.position(), format, change);
    entries
        .put(FileHeader.SYSTEM_ID, change.identity().systemId())
        .put(FileHeader.TIMELINE, change.identity().timeline())
        .putPosition(FileHeader.FIRST_POSITION, change.position())
        .put(FileHeader.FIRST_ORDER, change.order())
        .put(FileHeader.FIRST_COMMIT_MICROS, change.commitMicros())
        .putPosition(
            FileHeader.PREVIOUS_POSITION,
            change.hasPreviousPosition() ? change.previousPosition() : null);
  }
}
