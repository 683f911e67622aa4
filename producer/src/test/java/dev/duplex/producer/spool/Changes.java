package dev.duplex.producer.spool;

import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.row.Tuple;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes the changes that tests spool: a chain of transactions, each at its predecessor's position
 * and 100, whose rows are {@code (position * 1000 + order, text)}.
 */
public final class Changes {
  public static final Link LINK = new Link("bank");
  public static final PrimaryIdentity PRIMARY = new PrimaryIdentity("7001", 3);
  public static final long STEP = 100;
  static final long COMMIT_MICROS = 1_790_000_000_000_000L;

  private final EnvelopeEncoder[] tables;
  private long position;

  /** The chain that begins behind a position, with changes that go round the tables. */
  public Changes(long position, int tables) {
    this.position = position;
    this.tables = new EnvelopeEncoder[tables];
    for (int i = 0; i < tables; i++) {
      this.tables[i] = encoder("table_" + i, "v");
    }
  }

  public Changes() {
    this(1_000, 4);
  }

  /** A table with a number as key and a text. */
  public static EnvelopeEncoder encoder(String table, String column) {
    return new EnvelopeEncoder(
        LINK,
        PRIMARY,
        "bankdb",
        new Table(
            new TableId("public", table),
            List.of(
                new Column("id", SqlType.of("bigint"), true),
                new Column(column, SqlType.of("text"), false)),
            false));
  }

  /** Position of the last transaction. */
  public long position() {
    return position;
  }

  /** Replaces a table by another shape of it. */
  void alter(int table, String column) {
    tables[table] = encoder("table_" + table, column);
  }

  /** Appends a whole transaction. */
  public void transaction(Spool spool, int changes, String text) {
    part(spool, 1, changes, changes, text);
    position += STEP;
  }

  /** Appends some changes of the next transaction, which stays the next one. */
  public void part(Spool spool, int from, int to, int count, String text) {
    long next = position + STEP;
    for (int order = from; order <= to; order++) {
      EnvelopeEncoder table = tables[order % tables.length];
      byte[] value = value(table, next, position, order, count, text);
      spool.append(table.schema(), value, next, order == count ? end(next) : null);
    }
  }

  public static byte[] value(
      EnvelopeEncoder table, long position, long previous, int order, int count, String text) {
    TransactionStamp stamp =
        TransactionStamp.of(position / STEP, position, previous, COMMIT_MICROS + position);
    Tuple row = tuple(position * 1000 + order, text);
    byte[] value = table.change(Operation.CREATE, stamp, 0, order, order, null, row);
    return order == count ? EnvelopeEncoder.withCount(value, table.countOffset(), count) : value;
  }

  public static TransactionEnd end(long position) {
    return new TransactionEnd(position, position + 8, position / STEP, COMMIT_MICROS + position);
  }

  private static Tuple tuple(long id, String text) {
    byte[] number = Long.toString(id).getBytes(StandardCharsets.UTF_8);
    byte[] bytes = (id + text).getBytes(StandardCharsets.UTF_8);
    Tuple tuple = new Tuple();
    tuple.reset(bytes);
    tuple.addText(0, number.length);
    tuple.addText(number.length, bytes.length - number.length);
    return tuple;
  }
}
