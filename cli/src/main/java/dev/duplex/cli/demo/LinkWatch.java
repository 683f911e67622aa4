package dev.duplex.cli.demo;

import dev.duplex.admin.LinkAccess;
import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.LocalStatus;
import dev.duplex.lab.Server;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.producer.spool.SpoolTotals;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.LinkStatus;
import dev.duplex.status.StatusReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the link: from Kafka and, while its broker is away, from this machine's disk.
 *
 * <p>Owned by one thread.
 */
final class LinkWatch implements AutoCloseable {
  private static final Duration DISK = Duration.ofMillis(200);

  /**
   * The link's state.
   *
   * @param reason empty if it is in sync
   * @param detail one line for people; may be empty
   */
  record Condition(LinkState state, String reason, String detail) {
    /** As in {@code DIVERGED (BROKER_UNREACHABLE)}. */
    String words() {
      return reason.isEmpty() ? state.name() : state + " (" + reason + ")";
    }
  }

  private final DuplexConfig config;
  private final Server broker;
  private final Time time;
  private final Path directory;
  private final SchemaRegistry registry;
  private @Nullable StatusReader reader;
  private @Nullable Condition local;
  // The disk knows of an outage before Kafka does, which is sent to it after the end.
  private List<StatusEvent> waiting = List.of();
  private SpoolTotals spooled = new SpoolTotals(0, 0, 0, 0, 0, 0);
  private long diskNanos;

  LinkWatch(DuplexConfig config, Server broker, Time time) throws InterruptedException {
    this.config = config;
    this.broker = broker;
    this.time = time;
    diskNanos = time.nanos() - DISK.toNanos();
    directory = config.spool().directoryOf(config.link());
    registry = LinkAccess.registry(config);
    try {
      reader = StatusReader.open(LinkAccess.kafka(config), registry);
    } catch (InterruptedException | RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  /** Takes in what is new, waiting a moment for it. */
  void poll() throws InterruptedException {
    try {
      // Opened while the broker is away, it would make everybody wait.
      if (reader == null && broker.isRunning()) {
        reader = StatusReader.open(LinkAccess.kafka(config), registry);
      }
      if (reader != null) {
        reader.poll();
      } else {
        time.sleep(DISK);
      }
    } catch (RetryException e) {
      closeReader(); // and tries again the next time
    }
    if (time.nanos() - diskNanos >= DISK.toNanos()) {
      diskNanos = time.nanos();
      lookAtDisk();
    }
  }

  /** What both sides report; empty while Kafka cannot tell. */
  Optional<LinkStatus> status() {
    if (reader == null || !broker.isRunning()) {
      return Optional.empty();
    }
    Duration limit = config.status().divergedAfter();
    LinkFacts facts = reader.facts(limit).withWaiting(waiting);
    return facts.producer().silent() && facts.consumer().silent()
        ? Optional.empty()
        : Optional.of(LinkStatus.of(config.link(), facts));
  }

  /** The state as far as it is known; empty if nothing is. */
  Optional<Condition> condition() {
    return status()
        .map(s -> new Condition(s.state(), s.reason().map(Enum::name).orElse(""), s.detail()))
        .or(() -> Optional.ofNullable(local));
  }

  /** What the producer reported last, also while Kafka is away. */
  Optional<Progress> producer() {
    return reader == null ? Optional.empty() : facts(reader).producer().head();
  }

  /** What the consumer reported last, also while Kafka is away. */
  Optional<Progress> consumer() {
    return reader == null ? Optional.empty() : facts(reader).consumer().head();
  }

  /** Whether everything that is published is applied. */
  boolean isApplied() {
    return status()
        .flatMap(LinkStatus::consumer)
        .flatMap(c -> producer().map(p -> p.getPosition() == c.getPosition()))
        .orElse(false);
  }

  /** What the diff files hold. */
  SpoolTotals spooled() {
    return spooled;
  }

  /** The status events that have come since the last call. */
  List<StatusEvent> takeEvents() {
    return reader == null ? List.of() : reader.takeEvents();
  }

  private LinkFacts facts(StatusReader open) {
    return open.facts(config.status().divergedAfter());
  }

  private void lookAtDisk() {
    try {
      spooled = DiffFiles.in(directory).totals();
    } catch (HaltException e) {
      return; // a file was deleted while we looked: the next look tells
    }
    try {
      LocalStatus read = LocalStatus.read(directory);
      waiting = read.waiting();
      local =
          read.open().stream()
              .reduce((first, second) -> second)
              .map(e -> new Condition(e.getState(), e.getReason(), e.getDetail()))
              .orElse(null);
    } catch (IOException e) {
      throw new SetupException("cannot read the local status: " + e.getMessage(), e);
    }
  }

  private void closeReader() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }

  @Override
  public void close() {
    closeReader();
    registry.close();
  }
}
