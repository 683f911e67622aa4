package dev.duplex.consumer.testing;

import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.CopyProgress;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.row.Tuple;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes changes of a table {@code (id bigint PRIMARY KEY, a text, b text)}. */
public final class Changes {
  /** Stands for a value that the primary did not send. */
  public static final String UNCHANGED = "\0unchanged";

  public static final PrimaryIdentity IDENTITY = new PrimaryIdentity("7001", 3);

  /** Where the link begins. */
  public static final long START = 0x100;

  private final EnvelopeEncoder encoder;
  private final RowFormat format;
  private final ChangeReader reader = new ChangeReader();

  /** For a table of this name. */
  public Changes(String table) {
    this(table, true, IDENTITY);
  }

  /**
   * For a table of this name.
   *
   * @param key whether its rows have a key
   */
  public Changes(String table, boolean key, PrimaryIdentity identity) {
    Table shape =
        new Table(
            new TableId("public", table),
            List.of(
                new Column("id", SqlType.of("bigint"), key),
                new Column("a", SqlType.of("text"), false),
                new Column("b", SqlType.of("text"), false)),
            false);
    this.encoder = new EnvelopeEncoder(new Link("bank"), identity, "db", shape);
    this.format = new RowFormat(RowLayout.of(encoder.schema().envelope()));
  }

  public RowFormat format() {
    return format;
  }

  /** A checkpoint at a position. */
  public static Checkpoint at(long position) {
    return at(position, null);
  }

  /** A checkpoint at a position, with a copy in progress. */
  public static Checkpoint at(long position, @Nullable CopyProgress copy) {
    return new Checkpoint(
        1,
        IDENTITY,
        "topic",
        0,
        new AppliedTransaction(position, 0, 0),
        copy,
        new AppliedTotals(0, 0, 0));
  }

  /** The only change of a transaction at a position that nobody looks at. */
  public Change insert(String... row) {
    return only(Operation.CREATE, null, row);
  }

  public Change update(String... row) {
    return only(Operation.UPDATE, null, row);
  }

  /** An update that changes the key. */
  public Change move(String from, String... row) {
    return only(Operation.UPDATE, new String[] {from, null, null}, row);
  }

  public Change delete(String id) {
    return only(Operation.DELETE, new String[] {id, null, null}, null);
  }

  public Change truncate() {
    return only(Operation.TRUNCATE, null, null);
  }

  private Change only(
      Operation operation, @Nullable String @Nullable [] before, String @Nullable [] after) {
    return read(record(operation, before, after, new Place(0x200, START, 1, 1)));
  }

  /** A change at its place in the chain. */
  public Change insertAt(Place place, String... row) {
    return read(record(Operation.CREATE, null, row, place));
  }

  /** A row of a copy. */
  public Change copied(String copyId, long order, String... row) {
    byte[] record =
        encoder.change(
            Operation.READ,
            TransactionStamp.ofCopy(copyId, START, 5),
            0,
            order,
            order,
            null,
            tuple(row));
    return read(record);
  }

  /**
   * Where in the chain a change is.
   *
   * @param previous position of the transaction before it; null if that is not known
   * @param count how many changes the transaction has; 0 on all but the last
   */
  public record Place(long position, @Nullable Long previous, long order, long count) {}

  private byte[] record(
      Operation operation,
      @Nullable String @Nullable [] before,
      String @Nullable [] after,
      Place place) {
    byte[] record =
        encoder.change(
            operation,
            TransactionStamp.of(9, place.position, place.previous, 77),
            0,
            place.order,
            place.order,
            before == null ? null : tuple(before),
            after == null ? null : tuple(after));
    return place.count == 0
        ? record
        : EnvelopeEncoder.withCount(record, encoder.countOffset(), place.count);
  }

  private Change read(byte[] record) {
    Change change = new Change();
    reader.read(record, format, change);
    return change;
  }

  private static Tuple tuple(@Nullable String... values) {
    StringBuilder all = new StringBuilder();
    for (String value : values) {
      all.append(value == null ? "" : value);
    }
    Tuple tuple = new Tuple();
    tuple.reset(all.toString().getBytes(StandardCharsets.UTF_8));
    int offset = 0;
    for (String value : values) {
      if (value == null) {
        tuple.addNull();
        continue;
      }
      if (value.equals(UNCHANGED)) {
        tuple.addUnchanged();
      } else {
        tuple.addText(offset, value.length());
      }
      offset += value.length();
    }
    return tuple;
  }
}
