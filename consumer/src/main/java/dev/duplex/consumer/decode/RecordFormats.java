package dev.duplex.consumer.decode;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlKind;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.row.RowLayout;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The formats behind schema ids. A new id is asked of the registry on a thread of its own, because
 * the caller has a database session to keep alive meanwhile.
 *
 * <p>Owned by one thread.
 */
public final class RecordFormats implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordFormats.class);
  private static final long WAIT_MILLIS = 200;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Known(long fingerprint, RecordFormat format) {}

  private final SchemaRegistry registry;
  private final Map<Integer, Known> known = new HashMap<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread lookup = new Thread(task, "duplex-consumer-registry");
            lookup.setDaemon(true);
            return lookup;
          });
  private @Nullable Future<Schema> lookup;
  private int lookupId;
  private boolean away;
  private long pausedAt;

  public RecordFormats(SchemaRegistry registry) {
    this.registry = registry;
  }

  /**
   * The format of a record, or null if the registry has not told yet: ask again with the same
   * record. Waits at most 200 ms.
   *
   * @throws IllegalArgumentException if the record is not ours
   * @throws dev.duplex.schemas.failure.HaltException if the registry was reset
   */
  public @Nullable RecordFormat find(byte[] record, byte[] fingerprint)
      throws InterruptedException {
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

  private @Nullable Schema ask(int id, byte[] fingerprint) throws InterruptedException {
    if (away && System.nanoTime() - pausedAt < PAUSE_NANOS) {
      TimeUnit.MILLISECONDS.sleep(WAIT_MILLIS);
      return null;
    }
    if (lookup != null && lookupId != id) {
      lookup.cancel(true); // left from another place of the topic, before this role was taken
      lookup = null;
    }
    if (lookup == null) {
      lookup = thread.submit(() -> registry.byId(id, fingerprint));
      lookupId = id;
    }
    try {
      Schema schema = lookup.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
      lookup = null;
      if (away) {
        LOG.info("the registry answers again");
        away = false;
      }
      return schema;
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      lookup = null;
      if (e.getCause() instanceof RetryException retry) {
        pause(retry);
        return null;
      }
      if (e.getCause() instanceof RuntimeException ours) {
        throw ours;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void pause(RetryException retry) {
    if (!away) {
      LOG.warn("{}: {}; trying again until it answers", retry.reason(), retry.getMessage());
    }
    away = true;
    pausedAt = System.nanoTime();
  }

  /** Why nothing is decoded, while the registry is away; else null. */
  public boolean isAway() {
    return away;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
