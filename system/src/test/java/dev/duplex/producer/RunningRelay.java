package dev.duplex.producer;

import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Await;
import dev.duplex.producer.relay.Relay;
import dev.duplex.producer.relay.RelayState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A relay on a thread of its own. */
public final class RunningRelay implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Relay relay;
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> end = new AtomicReference<>();

  public RunningRelay(DuplexConfig config) {
    relay = new Relay(config);
    thread =
        new Thread(
            () -> {
              try {
                relay.run();
              } catch (InterruptedException | RuntimeException e) {
                end.set(e);
              }
            },
            "relay-under-test");
    thread.start();
  }

  public Relay relay() {
    return relay;
  }

  public RunningRelay awaitLive() throws Exception {
    Await.until("the relay is live", LIMIT, () -> relay.state() == RelayState.LIVE);
    return this;
  }

  /** What the relay ended with by itself. */
  public Throwable awaitFailure() throws Exception {
    Await.until("the relay ends", LIMIT, () -> end.get() != null);
    Throwable failure = end.get();
    if (failure == null) {
      throw new AssertionError("cannot be null any more");
    }
    return failure;
  }

  /** Stops the relay, if it still runs. */
  @Override
  public void close() {
    relay.stop();
    try {
      thread.join(LIMIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new AssertionError("the relay does not stop");
    }
  }
}
