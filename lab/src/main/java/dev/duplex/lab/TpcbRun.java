package dev.duplex.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients of {@link TpcbWorkload} at work. Thread-safe. */
public final class TpcbRun implements AutoCloseable {
  /** More than a statement's limit, so that the clients' threads are gone after it. */
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final TpcbWorkload workload;
  private final AtomicLong budget;
  private final AtomicLong committed = new AtomicLong();
  private final List<TpcbClient> clients = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final CountDownLatch running;
  private final long startNanos = System.nanoTime();
  private final AtomicLong lastTurn = new AtomicLong(startNanos);
  private volatile long endNanos;

  TpcbRun(TpcbWorkload workload, long transactions) {
    this.workload = workload;
    this.budget = new AtomicLong(transactions);
    this.running = new CountDownLatch(workload.clients());
  }

  void start() {
    for (int number = 0; number < workload.clients(); number++) {
      TpcbClient client = new TpcbClient(workload, number, this);
      Thread thread = new Thread(() -> runClient(client), "duplex-tpcb-" + number);
      thread.setDaemon(true);
      clients.add(client);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /** Transactions acknowledged so far. */
  public long committed() {
    return committed.get();
  }

  /** Whether clients are still at work: false when one failed and all have ended. */
  public boolean isRunning() {
    return running.getCount() > 0;
  }

  /**
   * Lets each client finish its transaction.
   *
   * @throws LabException if a client failed, or hangs longer than a minute
   */
  public TpcbWorkload.Result stop() throws InterruptedException {
    return awaitEnd(Duration.ZERO);
  }

  /** Cuts the clients' connections, without asking how they fared, and waits for some seconds. */
  @Override
  public void close() {
    stopping.countDown();
    clients.forEach(TpcbClient::abort);
    try {
      if (!running.await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LabException("A client of " + workload + " goes on after its connection was cut");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  TpcbWorkload.Result awaitEnd(Duration time) throws InterruptedException {
    if (!running.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      stopping.countDown();
      if (!running.await(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        close();
        throw new LabException("A client of " + workload + " hangs; its connection was cut");
      }
    }
    clients.stream()
        .map(TpcbClient::failure)
        .filter(failure -> failure != null)
        .findFirst()
        .ifPresent(
            failure -> {
              throw new LabException("%s failed: %s".formatted(workload, failure), failure);
            });
    return result();
  }

  /**
   * Takes one transaction from the budget, when it is its turn; false when there is none or the run
   * is to stop.
   */
  boolean take() throws InterruptedException {
    return awaitTurn() && budget.getAndDecrement() > 0;
  }

  private boolean awaitTurn() throws InterruptedException {
    if (workload.mostPerSecond() == 0) {
      return !isStopping();
    }
    long interval = TimeUnit.SECONDS.toNanos(1) / workload.mostPerSecond();
    long now = System.nanoTime();
    // What an outage of the primary held up is not made up for.
    long turn = lastTurn.updateAndGet(last -> Math.max(last + interval, now));
    return !stopping.await(turn - now, TimeUnit.NANOSECONDS);
  }

  /** Gives one back that was not committed. */
  void giveBack() {
    budget.incrementAndGet();
  }

  void acknowledge() {
    committed.incrementAndGet();
  }

  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Pauses a client, but not longer than the run lasts; false when it is to stop. */
  boolean pause(Duration pause) throws InterruptedException {
    return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void runClient(TpcbClient client) {
    try {
      client.run();
    } finally {
      if (client.failure() != null) {
        stopping.countDown();
      }
      endNanos = System.nanoTime();
      running.countDown();
    }
  }

  private TpcbWorkload.Result result() {
    LatencyHistogram latencies = new LatencyHistogram();
    long failed = 0;
    long uncertain = 0;
    long connectionFailures = 0;
    for (TpcbClient client : clients) {
      latencies.add(client.latencies());
      failed += client.failed();
      uncertain += client.uncertain();
      connectionFailures += client.connectionFailures();
    }
    return new TpcbWorkload.Result(
        latencies.total(),
        failed,
        uncertain,
        connectionFailures,
        Duration.ofNanos(endNanos - startNanos),
        latencies.quantile(0.5),
        latencies.quantile(0.95),
        latencies.quantile(0.99),
        latencies.longest());
  }
}
