package dev.duplex.kafka;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows whether the clock was set back since a client of Kafka was made. Any thread may call. */
public final class ClockWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClockWatch.class);

  private final ClockWatcher watcher;
  private final Runnable whenSetBack;
  private volatile boolean setBack;

  ClockWatch(ClockWatcher watcher, Runnable whenSetBack) {
    this.watcher = watcher;
    this.whenSetBack = whenSetBack;
  }

  /** Whether that has happened since this was opened. */
  public boolean wasSetBack() {
    return setBack;
  }

  void setBack() {
    setBack = true;
    try {
      whenSetBack.run();
    } catch (RuntimeException e) { // the other watches must know, too
      LOG.warn("a client of Kafka may wait until the clock is as late again", e);
    }
  }

  @Override
  public void close() {
    watcher.remove(this);
  }
}
