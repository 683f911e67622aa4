package dev.duplex.consumer;

import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The loops beside the one that applies, from their start to their end. */
final class ApplierCompany {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final long STOPPED_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Time time;
  private final BackgroundLoop background;
  private final ObserverLoop observer;
  private final Loops.Running runningBackground;
  private final Loops.Running runningObserver;
  private long endsAt;
  private boolean stopped;

  private ApplierCompany(
      Time time,
      BackgroundLoop background,
      Loops.Running runningBackground,
      ObserverLoop observer,
      Loops.Running runningObserver) {
    this.time = time;
    this.background = background;
    this.runningBackground = runningBackground;
    this.observer = observer;
    this.runningObserver = runningObserver;
  }

  /** Starts them. */
  static ApplierCompany start(
      Loops loops, Time time, BackgroundLoop background, ObserverLoop observer) {
    return new ApplierCompany(
        time,
        background,
        loops.start("duplex-consumer-background", background),
        observer,
        loops.start("duplex-consumer-observer", observer));
  }

  /** There is news to send. Any thread. */
  void wake() {
    runningBackground.wake();
  }

  /** Tells them to end. */
  void end() {
    background.end();
    observer.end();
    runningBackground.wake();
    runningObserver.wake();
    endsAt = time.nanos() + LIMIT_NANOS;
  }

  /** For how long to wait before this is asked again; {@link Loop#OVER} if they have ended. */
  long awaitEnd() throws InterruptedException {
    boolean ended = runningBackground.join(Duration.ZERO) && runningObserver.join(Duration.ZERO);
    if (ended || (stopped && time.nanos() - endsAt >= 0)) {
      return Loop.OVER;
    }
    if (!stopped && time.nanos() - endsAt >= 0) {
      runningBackground.stop();
      runningObserver.stop();
      stopped = true;
      endsAt = time.nanos() + STOPPED_NANOS;
    }
    return TICK_NANOS;
  }
}
