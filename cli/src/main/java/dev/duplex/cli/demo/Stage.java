package dev.duplex.cli.demo;

import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Lab;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What the steps of the story work with, once the link is set up.
 *
 * <p>Owned by one thread, which may be interrupted.
 */
final class Stage implements AutoCloseable {
  static final String DATABASE = "bank";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration END_LIMIT = Duration.ofSeconds(30);

  /** Something that takes long and does not tell how far it is. */
  interface Work {
    void run() throws IOException, InterruptedException;
  }

  private final Lab lab;
  private final Path file;
  private final DuplexConfig config;
  private final Screen screen;
  private final SubCommands commands;
  private final DemoServices services;
  private final LinkWatch link;
  private final Load load;
  private final MonitorPage page;
  private final Time time;

  Stage(Lab lab, Path file, Screen screen, SubCommands commands) throws InterruptedException {
    this.lab = lab;
    this.file = file;
    this.screen = screen;
    this.commands = commands;
    time = screen.time();
    config = DuplexConfig.load(file);
    services = new DemoServices(lab.directory(), file);
    load = new Load(lab.primary(), DATABASE);
    page = new MonitorPage(config);
    link = new LinkWatch(config, lab.broker(), time);
  }

  Lab lab() {
    return lab;
  }

  /** The link's configuration. */
  Path file() {
    return file;
  }

  DuplexConfig config() {
    return config;
  }

  Screen screen() {
    return screen;
  }

  SubCommands commands() {
    return commands;
  }

  DemoServices services() {
    return services;
  }

  LinkWatch link() {
    return link;
  }

  Load load() {
    return load;
  }

  MonitorPage page() {
    return page;
  }

  /**
   * A moment of waiting: takes in what is new and tells the events of the status topic.
   *
   * @throws SetupException if something ended that should run
   */
  void tick() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("stopped");
    }
    services.requireAlive();
    load.requireAlive();
    link.poll();
    for (StatusEvent event : link.takeEvents()) {
      screen.detail(
          String.format(
              Locale.ROOT,
              "status topic, %s: %s -> %s (%s)",
              event.getObserver().name().toLowerCase(Locale.ROOT),
              event.getPreviousState(),
              event.getState(),
              event.getReason()));
    }
  }

  /**
   * Waits, while all goes on.
   *
   * @param what is waited for, to be read after "waited 120 s for "
   * @param look draws what can be seen
   * @throws SetupException if it takes too long, or the link is halted
   */
  void await(String what, BooleanSupplier condition, Runnable look) throws InterruptedException {
    long start = time.nanos();
    while (!condition.getAsBoolean()) {
      tick();
      look.run();
      LinkWatch.Condition now = link.condition().orElse(null);
      if (now != null && now.state() == LinkState.HALTED) {
        throw new SetupException("the demo's link is " + now.words() + ": " + now.detail());
      }
      limit(start, what);
    }
  }

  /**
   * Ends a wait that takes too long.
   *
   * @param what as for {@link #await}
   */
  void limit(long sinceNanos, String what) {
    if (time.nanos() - sinceNanos > PATIENCE.toNanos()) {
      throw new SetupException(
          "waited %d s for %s; the link is %s"
              .formatted(
                  PATIENCE.toSeconds(),
                  what,
                  link.condition().map(LinkWatch.Condition::words).orElse("not known")));
    }
  }

  /** Does something in another thread, while all goes on. */
  void meanwhile(Work work, Runnable look) throws IOException, InterruptedException {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              work.run();
              return true;
            });
    Thread thread = new Thread(task, "duplex-demo-work");
    thread.setDaemon(true);
    thread.start();
    try {
      while (!task.isDone()) {
        tick();
        look.run();
      }
      task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new SetupException(String.valueOf(e.getCause()), e.getCause());
    } finally {
      task.cancel(true);
      join(thread);
    }
  }

  /** Nothing may be started any more when all is ended. */
  private static void join(Thread thread) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    thread.join(END_LIMIT.toMillis());
    if (interrupted) {
      throw new InterruptedException("stopped");
    }
  }

  /** The end of the primary's log. */
  long primaryPosition() throws SQLException {
    return Position.parse(lab.primary().logEnd(DATABASE));
  }

  /** Whether everything up to a position is published, and everything published is applied. */
  boolean isInStep(long position) {
    // The log may end with a record that decodes to nothing; the server reports its begin then.
    return link.isApplied() && link.producer().map(Progress::getDecoded).orElse(0L) >= position - 1;
  }

  /** Elapsed time; only differences mean something. */
  long nanos() {
    return time.nanos();
  }

  /** How long ago that was. */
  double seconds(long sinceNanos) {
    return (time.nanos() - sinceNanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** Ends the load and the services; the laboratory is its owner's. */
  @Override
  public void close() {
    try (services;
        link) {
      load.close();
    }
  }
}
