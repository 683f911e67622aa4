package dev.duplex.consumer.decode;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlKind;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The formats behind schema ids. A new id is looked up by a loop of its own, because the caller has
 * a database session to keep alive meanwhile.
 *
 * <p>Owned by one thread.
 */
public final class RecordFormats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordFormats.class);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long AWAY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private record Known(long fingerprint, RecordFormat format) {}

  private final SchemaLookup lookup;
  private final Time time;
  private final Map<Integer, Known> known = new HashMap<>();
  private boolean away;
  private long pausedAt;

  /** Asks nothing yet. */
  public RecordFormats(SchemaRegistry registry, Time time, Loops loops) {
    this.lookup = new SchemaLookup(registry, loops);
    this.time = time;
  }

  /**
   * The format of a record, or null if the registry has not told yet: ask again with the same
   * record, after {@link #pauseNanos}. Never waits.
   *
   * @throws IllegalArgumentException if the record is not ours
   * @throws dev.duplex.schemas.failure.HaltException if the registry was reset
   */
  public @Nullable RecordFormat find(byte[] record, byte[] fingerprint) {
    int id = WireFormat.schemaId(record);
    if (fingerprint.length != Long.BYTES) {
      throw new IllegalArgumentException("its fingerprint has " + fingerprint.length + " bytes");
    }
    long number = ByteBuffer.wrap(fingerprint).getLong();
    Known format = known.get(id);
    if (format != null && format.fingerprint == number) {
      return format.format;
    }
    Schema schema = ask(id, fingerprint);
    if (schema == null) {
      return null;
    }
    RecordFormat found =
        ControlKind.isControl(schema)
            ? new ControlFormat(schema)
            : new RowRecord(new RowFormat(RowLayout.of(schema)));
    known.put(id, new Known(number, found));
    return found;
  }

  private @Nullable Schema ask(int id, byte[] fingerprint) {
    if (away && time.nanos() - pausedAt < PAUSE_NANOS) {
      return null;
    }
    try {
      Schema schema = lookup.ask(id, fingerprint);
      if (schema != null && away) {
        LOG.info("the registry answers again");
        away = false;
      }
      return schema;
    } catch (RetryException e) {
      if (!away) {
        LOG.warn("{}: {}; trying again until it answers", e.reason(), e.getMessage());
      }
      away = true;
      pausedAt = time.nanos();
      return null;
    }
  }

  /** How long to wait for the registry's answer before {@link #find} is asked again. */
  public long pauseNanos() {
    return away ? AWAY_NANOS : ANSWER_NANOS;
  }

  @Override
  public void close() {
    lookup.close();
  }
}
