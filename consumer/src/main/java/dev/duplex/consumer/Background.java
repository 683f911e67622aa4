package dev.duplex.consumer;

import dev.duplex.consumer.source.ProgressReporter;
import dev.duplex.consumer.source.TopicWatch;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread for what must not hold up applying: writing progress after each commit and looking at
 * the topic every 5 s.
 */
final class Background implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Background.class);
  private static final long TICK_MILLIS = 100;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long JOIN_MILLIS = 8_000;

  private final TopicWatch watch;
  private final ProgressReporter reporter;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "duplex-consumer-background");

  Background(TopicWatch watch, ProgressReporter reporter) {
    this.watch = watch;
    this.reporter = reporter;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    long lookedAt = System.nanoTime() - LOOK_NANOS;
    try {
      do {
        if (System.nanoTime() - lookedAt >= LOOK_NANOS || watch.isDue()) {
          watch.look();
          lookedAt = System.nanoTime();
        }
        reporter.tick();
        reporter.awaitNews(TICK_MILLIS);
      } while (end.getCount() > 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does it but a JVM that ends
    } catch (RuntimeException | Error e) {
      LOG.error("progress is written no more", e);
      watch.fail(e);
      throw e;
    }
  }

  /** Ends the thread, then sends the last progress; takes at most some seconds. */
  @Override
  public void close() {
    end.countDown();
    reporter.wake();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (!thread.isAlive()) {
      reporter.close();
      watch.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
