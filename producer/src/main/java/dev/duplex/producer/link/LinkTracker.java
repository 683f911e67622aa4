package dev.duplex.producer.link;

import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.datasource.CommitGate;
import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.producer.relay.RelayState;
import dev.duplex.producer.relay.RelayStatus;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.Finding;
import dev.duplex.schemas.judge.Judge;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SideFacts;
import dev.duplex.schemas.time.Time;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this instance knows of its link: how far it is, and what is wrong. Relay, follower and
 * status events tell it; commits wait here until it is enough.
 *
 * <p>Thread-safe: one lock, under which nothing blocks. Each waiting commit is woken when its own
 * level changes, or when anything goes wrong or right again.
 */
public final class LinkTracker implements CommitGate, AutoCloseable {
  private static final RelayStatus NO_RELAY =
      new RelayStatus(RelayState.STANDBY, null, "", 0, 0, 0);

  private record Waiter(CommitProgress progress, Condition changed) {}

  private final Time time;
  private final String link;
  private final String instance;
  private final Duration divergedAfter;
  private final long timeoutNanos;
  private final String timeout;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Waiter> waiters = new ArrayList<>();
  private final OpenIncidents incidents;
  private final Timeouts timeouts = new Timeouts();
  private final UnprotectedFile file;
  private final Unprotected unprotected;
  private Positions positions = Positions.NONE;
  private SideFacts producer = SideFacts.UNKNOWN;
  private SideFacts consumer = SideFacts.UNKNOWN;
  private long appliedMicros;
  private RelayStatus relay = NO_RELAY;
  private boolean singleCopy;
  private boolean closed;
  private int identity;
  private Reason suspected = Reason.PRODUCER_SILENT;
  private volatile LinkCondition condition;
  private volatile CommitReceipt local;

  /**
   * Nothing is known yet.
   *
   * @param reporting receives incidents, each once; called by any thread, must not block
   */
  public LinkTracker(
      DuplexConfig config, String instance, Time time, Consumer<StatusEvent> reporting) {
    this.time = time;
    this.link = config.link();
    this.instance = instance;
    this.divergedAfter = config.status().divergedAfter();
    this.timeoutNanos = config.commit().timeout().toNanos();
    this.timeout = config.commit().timeout().toMillis() + " ms";
    this.incidents = new OpenIncidents(config.link(), instance, time, reporting);
    Path directory = config.spool().directoryOf(config.link());
    this.file = new UnprotectedFile(directory, instance, time);
    this.unprotected = new Unprotected(file.isLeftBehind(), CommitLevel.of(config.commit().mode()));
    this.condition = judged();
    this.local = receipt(CommitLevel.LOCAL, CommitLevel.LOCAL, OptionalLong.empty(), "");
  }

  /** The link's state. */
  public LinkCondition condition() {
    return condition;
  }

  /** What is open now. */
  public Collection<StatusEvent> openIncidents() {
    return locked(incidents::open);
  }

  /**
   * Shows what is open now, while nothing can be added.
   *
   * @param reader must not block
   */
  public void inspect(Consumer<Collection<StatusEvent>> reader) {
    lock.lock();
    try {
      reader.accept(incidents.open());
    } finally {
      lock.unlock();
    }
  }

  /** How many commits wait now. */
  int waiting() {
    return locked(waiters::size);
  }

  /** Everything in the primary's log up to a position is published. */
  void published(long decoded, long lastPublished) {
    move(() -> positions = positions.published(decoded, lastPublished));
  }

  /** The relay in this process says how it is. */
  public void relay(RelayStatus now) {
    RelayStatus before = locked(() -> relay);
    if (before.state() != now.state() || before.reason() != now.reason()) {
      change(() -> relay = now);
    }
    if (now.state() == RelayState.LIVE && now.decoded() > 0) {
      published(now.decoded(), now.position());
    }
  }

  /** No relay runs in this process. */
  void noRelay() {
    change(() -> relay = NO_RELAY);
  }

  /** The relay in this process has the link, and cannot publish: no other one can, either. */
  private boolean isSpooling() {
    return switch (relay.state()) {
      case SPOOLING, DRAINING -> true;
      case STANDBY, LIVE, HALTED -> false;
    };
  }

  /** Why waiting for a level is in vain; null if it is not. */
  private @Nullable String against(CommitLevel level) {
    StatusEvent incident = incidents.against(level, relay.state() == RelayState.LIVE);
    if (incident != null) {
      return incident.getDetail().isEmpty() ? incident.getReason() : incident.getDetail();
    }
    return isSpooling() ? "the relay is " + relay.state() + ": " + relay.detail() : null;
  }

  void applied(long lastApplied) {
    move(() -> positions = positions.applied(lastApplied));
  }

  /** The link began anew: positions so far mean nothing any more. */
  void restart(boolean otherPrimary) {
    change(
        () -> {
          positions = Positions.NONE;
          waiters.forEach(waiter -> waiter.progress.restart());
          timeouts.clear(incidents);
          unprotected.restart();
          identity += otherPrimary ? 1 : 0;
        });
  }

  /**
   * What the topic says of both sides.
   *
   * @param micros a time of the primary's clock before which every commit is applied
   */
  void heads(SideFacts published, SideFacts applied, long micros) {
    lock.lock();
    try {
      producer = published;
      consumer = applied;
      appliedMicros = micros;
      settle();
    } finally {
      lock.unlock();
    }
  }

  /** Why publishing would be late, as far as this instance can tell. */
  void suspect(Reason reason) {
    locked(() -> suspected = reason);
  }

  void singleCopy(boolean now) {
    change(() -> singleCopy = now);
  }

  /** Takes an event that relay, applier or monitor reported; repeats are dropped. */
  public void event(StatusEvent event) {
    change(() -> incidents.add(event));
  }

  void observe(LocalIncident local, Finding finding) {
    change(() -> incidents.observe(local, finding));
  }

  /** It is over; not while the relay in this process is about to report the same thing. */
  void resolve(LocalIncident local) {
    if (locked(() -> incidents.isOpen(local) && !isSpooling())) {
      change(() -> incidents.resolve(local));
    }
  }

  /** Removes the file that tells of unprotected commits when there are none any more. */
  void tidy() {
    if (file.isPresent()) {
      file.removeIf(
          () -> locked(() -> unprotected.isSettled() && against(unprotected.level()) == null));
    }
  }

  @Override
  public CommitReceipt local() {
    return local;
  }

  @Override
  public CommitReceipt nothing(CommitLevel requested) {
    return locked(() -> receipt(requested, requested, OptionalLong.empty(), ""));
  }

  @Override
  public CommitReceipt await(CommitLevel requested, long position) {
    CommitReceipt receipt = locked(() -> awaited(requested, new CommitProgress(position)));
    return kept(receipt);
  }

  @Override
  public CommitReceipt unknown(CommitLevel requested, String detail) {
    return kept(
        locked(
            () -> {
              unprotected.addUnknown(requested);
              return receipt(requested, CommitLevel.LOCAL, OptionalLong.empty(), detail);
            }));
  }

  /** Outside of the lock: it writes to disk, the first time. */
  private CommitReceipt kept(CommitReceipt receipt) {
    if (!receipt.isComplete()) {
      file.note(receipt);
    }
    return receipt;
  }

  private CommitReceipt awaited(CommitLevel requested, CommitProgress progress) {
    int primary = identity;
    String detail = "";
    long begun = time.nanos();
    long left = timeoutNanos;
    Waiter waiter = new Waiter(progress, lock.newCondition());
    progress.update(positions);
    waiters.add(waiter);
    try {
      while (progress.level().compareTo(requested) < 0 && detail.isEmpty()) {
        CommitLevel next =
            progress.level() == CommitLevel.LOCAL ? CommitLevel.PUBLISHED : CommitLevel.APPLIED;
        String against = against(next);
        if (closed) {
          detail = "the data source is being closed";
        } else if (identity != primary) {
          detail = "another server became the primary";
        } else if (against != null) {
          detail = against;
        } else if (left <= 0) {
          detail = timedOut(next, progress);
        } else {
          var unused = waiter.changed.awaitNanos(left);
          left = timeoutNanos - (time.nanos() - begun);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      detail = "the thread was interrupted while it waited";
    } finally {
      waiters.remove(waiter);
    }
    if (progress.level().compareTo(requested) < 0) {
      unprotected.add(requested, progress.position());
    } else {
      unprotected.locate(progress.position());
    }
    return receipt(requested, progress.level(), OptionalLong.of(progress.position()), detail);
  }

  /** From now on nobody waits for this level, until this position has reached it. */
  private String timedOut(CommitLevel level, CommitProgress progress) {
    String detail = "not " + level + " within " + timeout;
    boolean ours = relay.state() == RelayState.LIVE;
    timeouts.add(
        level,
        progress.position(),
        ours ? Reason.BROKER_UNREACHABLE : suspected,
        detail,
        incidents);
    settle();
    waiters.forEach(waiter -> waiter.changed.signal());
    return detail;
  }

  private CommitReceipt receipt(
      CommitLevel requested, CommitLevel achieved, OptionalLong position, String detail) {
    LinkCondition now = condition;
    return new CommitReceipt(
        position, requested, achieved, now.state(), now.reason(), singleCopy, detail);
  }

  /** The link went on: who waits for that is woken. */
  private void move(Runnable step) {
    lock.lock();
    try {
      step.run();
      unprotected.update(positions);
      if (timeouts.update(positions, !isSpooling(), incidents)) {
        settle();
      }
      for (Waiter waiter : waiters) {
        if (waiter.progress.update(positions)) {
          waiter.changed.signal();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Something else changed: everybody who waits looks whether that is still worth it. */
  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      settle();
      waiters.forEach(waiter -> waiter.changed.signal());
    } finally {
      lock.unlock();
    }
  }

  /** Computes what is read without the lock. */
  private void settle() {
    condition = judged();
    local = receipt(CommitLevel.LOCAL, CommitLevel.LOCAL, OptionalLong.empty(), "");
  }

  private LinkCondition judged() {
    LinkFacts facts =
        new LinkFacts(
                producer,
                consumer,
                appliedMicros,
                incidents.reported(),
                incidents.seen(),
                divergedAfter)
            .withServices(link, List.of(relayReport()));
    Finding found = Judge.judge(facts).decisive();
    return new LinkCondition(found.state(), found.reason(), found.detail());
  }

  /** What the relay in this process says, which Kafka may not know yet. */
  private ServiceReport relayReport() {
    return new ServiceReport(
        Role.PRODUCER,
        link,
        instance,
        ServiceState.of(relay.state().name()),
        Optional.ofNullable(relay.reason()),
        relay.detail(),
        0,
        relay.position(),
        0,
        0,
        Optional.empty());
  }

  private <T> T locked(Supplier<T> question) {
    lock.lock();
    try {
      return question.get();
    } finally {
      lock.unlock();
    }
  }

  /** Lets nobody wait any more. */
  @Override
  public void close() {
    change(() -> closed = true);
  }
}
