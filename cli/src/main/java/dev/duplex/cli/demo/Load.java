package dev.duplex.cli.demo;

import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.TpcbRun;
import dev.duplex.lab.TpcbWorkload;
import dev.duplex.schemas.failure.SetupException;
import org.jspecify.annotations.Nullable;

/** The bank's clients, who move money while they are told to. Owned by one thread. */
final class Load implements AutoCloseable {
  static final int CLIENTS = 2;
  private static final long SEED = 20_261_122;

  private final TpcbWorkload workload;
  private final Rate rate = new Rate();
  private @Nullable TpcbRun run;
  private long before;

  Load(PostgresServer primary, String database) {
    workload = TpcbWorkload.on(primary, database, CLIENTS, SEED, false);
  }

  void start() {
    if (run == null) {
      run = workload.start();
    }
  }

  boolean isRunning() {
    return run != null;
  }

  /** Transactions so far, over all runs. */
  long committed() {
    return before + (run == null ? 0 : run.committed());
  }

  /** Transactions a second just now. */
  double perSecond(long now) {
    return rate.of(now, committed());
  }

  /**
   * Checks that the primary lets the clients work.
   *
   * @throws SetupException if it does not
   */
  void requireAlive() throws InterruptedException {
    if (run != null && !run.isRunning()) {
      stop(); // tells why
      throw new SetupException("the demo's clients have ended by themselves");
    }
  }

  /** Lets each client finish its transaction; does nothing if none is at work. */
  void stop() throws InterruptedException {
    TpcbRun current = run;
    if (current != null) {
      run = null;
      before += current.stop().transactions();
    }
  }

  @Override
  public void close() {
    TpcbRun current = run;
    if (current != null) {
      run = null;
      current.close();
    }
  }
}
