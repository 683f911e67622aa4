package dev.duplex.schemas.row;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.wire.WireFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one table's changes straight from the database's form to Avro binary, with room for the
 * wire format's header in front (see {@link dev.duplex.schemas.wire.WireFormat}).
 *
 * <p>Owned by one thread; the arrays it returns are the caller's.
 */
public final class EnvelopeEncoder {
  private static final int NULL = 0;
  private static final int PRESENT = 1;
  // A buffer that one huge row made grow is given back; usual rows never come near.
  private static final int KEEP_BUFFER_BYTES = 1 << 20;

  private final Table table;
  private final EnvelopeSchema schema;
  private final List<RowField> fields;
  private final byte[] sourceStart;
  private final AvroBuffer buffer = new AvroBuffer(1024);
  private int countOffset;

  /** For the changes of one shape of a table. */
  public EnvelopeEncoder(Link link, PrimaryIdentity identity, String database, Table table) {
    this.table = table;
    this.schema = EnvelopeSchema.of(link, table);
    this.fields = RowLayout.of(schema.envelope()).fields();
    AvroBuffer start = new AvroBuffer(128);
    start.writeString("duplex");
    start.writeString(link.name());
    start.writeString(database);
    start.writeString(table.id().schema());
    start.writeString(table.id().name());
    start.writeString(identity.systemId());
    start.writeInt(identity.timeline());
    this.sourceStart = start.toByteArray();
  }

  public Table table() {
    return table;
  }

  public EnvelopeSchema schema() {
    return schema;
  }

  /**
   * The row key of an image that has the key columns.
   *
   * @return null if the table has no key
   */
  public byte @Nullable [] key(SourceRow image) {
    if (!table.hasKey()) {
      return null;
    }
    start();
    image.writeKey(fields, buffer);
    return buffer.toByteArray();
  }

  /**
   * A change.
   *
   * @param nowMillis when it was captured: milliseconds since 1970, this machine's clock
   * @param totalOrder its number within the transaction, from 1
   * @param tableOrder its number within the transaction and the table, from 1
   */
  public byte[] change(
      Operation operation,
      TransactionStamp stamp,
      long nowMillis,
      long totalOrder,
      long tableOrder,
      @Nullable SourceRow before,
      @Nullable SourceRow after) {
    start();
    buffer.writeInt(1); // a string of one character
    buffer.writeByte((byte) operation.code());
    writeSource(stamp, after);
    buffer.writeInt(PRESENT);
    buffer.writeLong(nowMillis);
    buffer.writeInt(PRESENT);
    buffer.writeString(stamp.id());
    buffer.writeLong(totalOrder);
    buffer.writeLong(tableOrder);
    buffer.writeLong(stamp.position());
    writeOptional(stamp.previousPosition());
    countOffset = buffer.length();
    buffer.writeInt(NULL);
    writeRow(before);
    writeRow(after);
    return buffer.toByteArray();
  }

  /** Where in the change made last the count lies; for {@link #withCount}. */
  public int countOffset() {
    return countOffset;
  }

  /**
   * The same change, saying that it is the last of {@code count}. That is known only when the
   * commit arrives, one message after it.
   */
  public static byte[] withCount(byte[] change, int countOffset, long count) {
    return withNumber(change, countOffset, count);
  }

  /** The same change, with the predecessor that was unknown when it was made. */
  public static byte[] withPreviousPosition(byte[] change, int offset, long previousPosition) {
    return withNumber(change, offset, previousPosition);
  }

  /** Fills in an optional number that is null. */
  private static byte[] withNumber(byte[] change, int offset, long value) {
    AvroBuffer number = new AvroBuffer(16);
    number.writeInt(PRESENT);
    number.writeLong(value);
    byte[] bytes = new byte[change.length + number.length() - 1];
    System.arraycopy(change, 0, bytes, 0, offset);
    System.arraycopy(number.toByteArray(), 0, bytes, offset, number.length());
    System.arraycopy(
        change, offset + 1, bytes, offset + number.length(), change.length - offset - 1);
    return bytes;
  }

  /** A key that {@link #key} made, for people. */
  public String describeKey(byte @Nullable [] key) {
    return key == null ? "(none)" : RowKeys.describe(schema.key(), key);
  }

  private void start() {
    buffer.clear(KEEP_BUFFER_BYTES);
    buffer.skip(WireFormat.HEADER_BYTES);
  }

  private void writeSource(TransactionStamp stamp, @Nullable SourceRow after) {
    buffer.writeRaw(sourceStart, 0, sourceStart.length);
    writeOptional(stamp.transactionId());
    buffer.writeLong(stamp.position());
    buffer.writeLong(Math.floorDiv(stamp.commitMicros(), 1000L));
    buffer.writeLong(stamp.commitMicros());
    List<String> unchanged = after == null ? List.of() : after.unchanged(fields);
    if (!unchanged.isEmpty()) {
      buffer.writeLong(unchanged.size());
      unchanged.forEach(buffer::writeString);
    }
    buffer.writeLong(0);
  }

  private void writeOptional(@Nullable Long number) {
    if (number == null) {
      buffer.writeInt(NULL);
    } else {
      buffer.writeInt(PRESENT);
      buffer.writeLong(number);
    }
  }

  private void writeRow(@Nullable SourceRow image) {
    if (image == null) {
      buffer.writeInt(NULL);
      return;
    }
    buffer.writeInt(PRESENT);
    image.write(fields, buffer);
  }
}
