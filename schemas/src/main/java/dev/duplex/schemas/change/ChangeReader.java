package dev.duplex.schemas.change;

import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads envelopes by the order of their fields (docs/formats/changes.md) and checks them whole: who
 * decodes an image later cannot meet a bad one.
 *
 * <p>Not thread-safe.
 */
public final class ChangeReader {
  private static final String COPY_PREFIX = "copy:";

  private final AvroReader in = new AvroReader();
  private final RecentText systemId = new RecentText();
  private final RecentText copyId = new RecentText();
  private PrimaryIdentity identity = new PrimaryIdentity("", 0);

  /**
   * Fills a change from a record.
   *
   * @throws IllegalArgumentException if the record is no sound envelope
   */
  public void read(byte[] record, RowFormat format, Change change) {
    readFrom(record, WireFormat.HEADER_BYTES, format, change);
    require(in.atEnd(), "it goes on behind its end");
  }

  /**
   * Fills a change from an envelope that lies among others, without wire format. The change gets an
   * array of its own, with room for the header of the wire format.
   *
   * @return where the envelope ends
   * @throws IllegalArgumentException if it is no sound envelope
   */
  public int readAmong(byte[] block, int start, RowFormat format, Change change) {
    readFrom(block, start, format, change);
    int end = in.position();
    byte[] own = new byte[WireFormat.HEADER_BYTES + end - start];
    System.arraycopy(block, start, own, WireFormat.HEADER_BYTES, end - start);
    int moved = WireFormat.HEADER_BYTES - start;
    change.bytes = own;
    change.before += change.before == Change.NONE ? 0 : moved;
    change.after += change.after == Change.NONE ? 0 : moved;
    change.previousPositionOffset += moved;
    return end;
  }

  private void readFrom(byte[] bytes, int start, RowFormat format, Change change) {
    try {
      in.reset(bytes, start);
      change.bytes = bytes;
      change.operation = readOperation();
      readSource(change, format);
      if (isPresent()) {
        in.readLong(); // ts_ms: when it was captured
      }
      require(isPresent(), "it has no transaction");
      readTransaction(change);
      change.before = readImage(format);
      change.after = readImage(format);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("it ends in the middle", e);
    }
    checkImages(change);
  }

  private Operation readOperation() {
    require(in.readLength() == 1, "op has not one character");
    char code = (char) in.bytes()[in.position()];
    in.skip(1);
    return Operation.of(code);
  }

  private void readSource(Change change, RowFormat format) {
    in.skipBytes(); // connector
    in.skipBytes(); // name
    in.skipBytes(); // db
    in.skipBytes(); // schema
    in.skipBytes(); // table
    change.identity = readIdentity();
    change.transactionId = isPresent() ? in.readLong() : 0;
    in.readLong(); // position: the transaction says it again
    in.readLong(); // ts_ms
    change.commitMicros = in.readLong();
    change.unchanged = readUnchanged(format);
  }

  private PrimaryIdentity readIdentity() {
    String system = systemId.read(in);
    int timeline = in.readInt();
    if (timeline != identity.timeline() || !system.equals(identity.systemId())) {
      identity = new PrimaryIdentity(system, timeline);
    }
    return identity;
  }

  private @Nullable BitSet readUnchanged(RowFormat format) {
    BitSet columns = null;
    for (long left = in.readLong(); left != 0; left = in.readLong()) {
      if (left < 0) { // a block that tells its size
        in.readLong();
        left = -left;
      }
      columns = columns == null ? new BitSet() : columns;
      for (; left > 0; left--) {
        int length = in.readLength();
        String column = new String(in.bytes(), in.position(), length, StandardCharsets.UTF_8);
        in.skip(length);
        columns.set(format.index(column));
      }
    }
    return columns;
  }

  private void readTransaction(Change change) {
    if (change.operation == Operation.READ) {
      String id = copyId.read(in);
      require(id.startsWith(COPY_PREFIX), "a copied row names no copy");
      String copy = id.substring(COPY_PREFIX.length());
      change.copyId = copy.equals(change.copyId) ? change.copyId : copy;
    } else {
      in.skipBytes();
      change.copyId = null;
    }
    change.order = in.readLong();
    in.readLong(); // data_collection_order
    change.position = in.readLong();
    change.previousPositionOffset = in.position();
    change.hasPreviousPosition = isPresent();
    change.previousPosition = change.hasPreviousPosition ? in.readLong() : 0;
    change.count = isPresent() ? in.readLong() : 0;
  }

  private int readImage(RowFormat format) {
    if (!isPresent()) {
      return Change.NONE;
    }
    int start = in.position();
    format.skipRow(in);
    return start;
  }

  private boolean isPresent() {
    int branch = in.readInt();
    require(branch == 0 || branch == 1, "a field has no branch " + branch);
    return branch == 1;
  }

  private static void checkImages(Change change) {
    boolean complete =
        switch (change.operation) {
          case CREATE, READ, UPDATE -> change.after != Change.NONE;
          case DELETE -> change.before != Change.NONE;
          case TRUNCATE -> true;
        };
    require(complete, "its row is missing");
    boolean whole = change.operation == Operation.UPDATE || change.unchanged == null;
    require(whole, "only an update can leave columns out");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
