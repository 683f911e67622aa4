package dev.duplex.postgres.source;

import dev.duplex.database.source.LogListener;
import dev.duplex.database.source.TableListener;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.Tuple;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Reads pgoutput's messages (protocol version 1, text format) and hands on what they say.
 *
 * <p>Owned by the capture's thread. Source: PostgreSQL documentation, "Logical Replication Message
 * Formats".
 */
final class PgOutputDecoder {
  // PostgreSQL counts from 2000-01-01.
  private static final long POSTGRES_EPOCH_MICROS = 946_684_800_000_000L;

  private final Relations relations;
  private final Tuple before = new Tuple();
  private final Tuple after = new Tuple();

  PgOutputDecoder(Relations relations) {
    this.relations = relations;
  }

  /**
   * Takes a message.
   *
   * @param listener the same at each call: it keeps what a table's changes go to
   */
  void message(ByteBuffer message, LogListener listener) throws SQLException {
    byte kind = message.get();
    switch (kind) {
      case 'B' -> {
        long position = message.getLong();
        long commitMicros = message.getLong() + POSTGRES_EPOCH_MICROS;
        long transactionId = Integer.toUnsignedLong(message.getInt());
        listener.begin(transactionId, position, commitMicros);
      }
      case 'C' -> {
        message.get(); // flags, unused
        long position = message.getLong();
        long endLsn = message.getLong();
        listener.commit(position, endLsn);
      }
      case 'R' -> relations.relation(message, listener);
      case 'Y' -> relations.type(message);
      case 'I' -> insert(message);
      case 'U' -> update(message);
      case 'D' -> delete(message);
      case 'T' -> truncate(message);
      case 'O', 'M' -> {
        // Origin: the chain has one source. Message: not asked for.
      }
      default -> throw new IllegalStateException("pgoutput sent a message of kind " + (char) kind);
    }
  }

  private void insert(ByteBuffer message) {
    TableListener table = relations.get(message.getInt());
    message.get(); // 'N'
    PgOutputText.readTuple(message, after);
    table.change(Operation.CREATE, null, after);
  }

  private void update(ByteBuffer message) {
    TableListener table = relations.get(message.getInt());
    @Nullable Tuple old = null;
    if (message.get() != 'N') { // 'K': the key was changed, 'O': the whole old row
      PgOutputText.readTuple(message, before);
      old = before;
      message.get(); // 'N'
    }
    PgOutputText.readTuple(message, after);
    table.change(Operation.UPDATE, old, after);
  }

  private void delete(ByteBuffer message) {
    TableListener table = relations.get(message.getInt());
    message.get(); // 'K' or 'O'
    PgOutputText.readTuple(message, before);
    table.change(Operation.DELETE, before, null);
  }

  private void truncate(ByteBuffer message) {
    int count = message.getInt();
    message.get(); // CASCADE and RESTART IDENTITY: all tables are listed, sequences are not ours
    for (int i = 0; i < count; i++) {
      relations.get(message.getInt()).change(Operation.TRUNCATE, null, null);
    }
  }
}
