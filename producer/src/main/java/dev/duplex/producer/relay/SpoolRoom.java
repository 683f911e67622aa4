package dev.duplex.producer.relay;

import dev.duplex.config.SpoolConfig;
import dev.duplex.producer.spool.Spool;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.time.Time;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Whether there is room for diff files again: a segment more than when it ran out. Owned by the
 * relay's thread.
 */
final class SpoolRoom {
  private static final long LOOK_MILLIS = TimeUnit.SECONDS.toMillis(5);

  private final Spool spool;
  private final SpoolConfig config;
  private final Time time;
  private long needed;
  private long lookedMillis;

  SpoolRoom(Spool spool, SpoolConfig config, Time time) {
    this.time = time;
    this.spool = spool;
    this.config = config;
  }

  /** There was none; call after what was not complete has been cut off. */
  void wasFull() {
    lookedMillis = time.millis();
    needed = room() + config.segmentSizeBytes();
  }

  /** Whether there is; looks every five seconds. */
  boolean isBack() {
    long now = time.millis();
    if (now - lookedMillis < LOOK_MILLIS) {
      return false;
    }
    lookedMillis = now;
    return room() >= needed;
  }

  private long room() {
    try {
      long onDisk = spool.usableBytes();
      return Math.min(onDisk, config.maxSizeBytes() - spool.totals().bytes());
    } catch (IOException e) {
      throw new HaltException(
          Reason.DIFF_FILE_DAMAGED,
          "the disk of " + spool.directory() + " does not answer (" + e + "): check it",
          e);
    }
  }
}
