package dev.duplex.consumer;

import dev.duplex.consumer.source.ProgressReporter;
import dev.duplex.consumer.source.TopicWatch;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Time;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must not hold up applying: writes progress after each commit and looks at the topic every 5
 * s. When it ends it sends the last progress.
 */
final class BackgroundLoop implements Loop {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final TopicWatch watch;
  private final ProgressReporter reporter;
  private final Time time;
  private volatile boolean ending;
  private long lookedAt;

  BackgroundLoop(TopicWatch watch, ProgressReporter reporter, Time time) {
    this.watch = watch;
    this.reporter = reporter;
    this.time = time;
    this.lookedAt = time.nanos() - LOOK_NANOS;
  }

  @Override
  public long step() throws InterruptedException {
    try {
      if (ending) {
        reporter.close();
        watch.close();
        return OVER;
      }
      if (time.nanos() - lookedAt >= LOOK_NANOS || watch.isDue()) {
        watch.look();
        lookedAt = time.nanos();
      }
      reporter.tick();
      return TICK_NANOS;
    } catch (RuntimeException | Error e) {
      LOG.error("progress is written no more", e);
      watch.fail(e);
      throw e;
    }
  }

  /** The next step is the last one; takes at most some seconds. */
  void end() {
    ending = true;
  }
}
