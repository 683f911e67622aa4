package dev.duplex.status.monitor;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.Judge;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SideFacts;
import dev.duplex.schemas.judge.Verdict;
import dev.duplex.status.LinkStatus;
import dev.duplex.status.topology.LinkSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One link as it is shown. One thread feeds it; what it publishes may be read by all.
 *
 * <p>Silence is measured from the last new report that arrived here.
 */
final class LinkView {
  static final int SAMPLES_KEPT = 900;

  private final String link;
  private final Duration divergedAfter;
  private final IncidentHistory history = new IncidentHistory();
  private final Throughput published = new Throughput();
  private final Throughput applied = new Throughput();
  private final Deque<Sample> samples = new ArrayDeque<>();
  private @Nullable LinkSnapshot snapshot;
  private long producerNanos;
  private long consumerNanos;
  private long lastTold = -1;
  private volatile @Nullable LinkReport report;
  private volatile List<IncidentReport> incidents = List.of();

  LinkView(String link, Duration divergedAfter, long now) {
    this.link = link;
    this.divergedAfter = divergedAfter;
    this.producerNanos = now;
    this.consumerNanos = now;
  }

  void take(LinkSnapshot read, long now) {
    LinkSnapshot before = snapshot;
    if (before == null || before.producerReports() != read.producerReports()) {
      producerNanos = now;
    }
    if (before == null || before.consumerReports() != read.consumerReports()) {
      consumerNanos = now;
    }
    snapshot = read;
  }

  /** An event that is kept; false if it was taken before. */
  boolean take(long number, StatusEvent event) {
    history.put(number, event);
    incidents = history.reports();
    boolean isNew = number > lastTold;
    lastTold = Math.max(lastTold, number);
    return isNew;
  }

  void forget(long number) {
    history.remove(number);
    incidents = history.reports();
  }

  /**
   * Publishes how the link is now.
   *
   * @return whether something changed but times and rates
   */
  boolean refresh(List<ServiceReport> services, long now, Instant time) {
    LinkSnapshot read = snapshot;
    Progress producer = read == null ? null : read.producer();
    if (read == null || producer == null) {
      return false; // not set up
    }
    Progress consumer = read.consumer();
    published.read(now, producer.getTransactions());
    applied.read(now, consumer == null ? 0 : consumer.getTransactions());
    LinkFacts facts =
        LinkFacts.ofTopics(
                side(read, Role.PRODUCER, producer),
                side(read, Role.CONSUMER, consumer),
                read.appliedMicros(),
                history.open(),
                divergedAfter)
            .withServices(link, services);
    Verdict verdict = Judge.judge(facts);
    LinkStatus status = LinkStatus.of(link, facts, verdict);
    Optional<ServiceReport> relay = facts.producer().service();
    LinkReport before = report;
    LinkReport made =
        new LinkReport(
            status,
            since(before, status, time),
            Duration.ofNanos(now - producerNanos),
            Duration.ofNanos(now - consumerNanos),
            verdict.changesBehind(),
            published.perSecond(),
            applied.perSecond(),
            bytesSpooled(relay),
            relay,
            facts.consumer().service());
    report = made;
    return before == null
        || !before.status().equals(status)
        || before.bytesSpooled() != made.bytesSpooled()
        || !stateOf(before.producer()).equals(stateOf(made.producer()))
        || !stateOf(before.consumer()).equals(stateOf(made.consumer()));
  }

  private static SideFacts side(LinkSnapshot read, Role role, @Nullable Progress head) {
    return SideFacts.of(Optional.ofNullable(head), read.silent().contains(role));
  }

  private static Optional<ServiceState> stateOf(Optional<ServiceReport> service) {
    return service.map(ServiceReport::state);
  }

  private Instant since(@Nullable LinkReport before, LinkStatus status, Instant now) {
    Instant seen = now;
    if (before != null
        && before.status().state() == status.state()
        && before.status().reason().equals(status.reason())) {
      seen = before.since();
    }
    if (status.state() == LinkState.IN_SYNC) {
      return before == null ? history.lastEnd().orElse(now) : seen;
    }
    return status
        .reason()
        .map(Reason::name)
        .flatMap(reason -> history.since(status.state(), reason))
        .orElse(seen);
  }

  /** As the producer says; else as it was reported last in an incident that is open. */
  private long bytesSpooled(Optional<ServiceReport> relay) {
    return relay
        .flatMap(ServiceReport::spool)
        .map(spool -> spool.bytes())
        .orElseGet(
            () -> history.open().stream().mapToLong(StatusEvent::getBytesSpooled).max().orElse(0));
  }

  /** Keeps how it is, once a second. */
  void sample(Instant time) {
    LinkReport now = report;
    if (now == null) {
      return;
    }
    Sample sample =
        new Sample(
            time,
            now.status().state(),
            now.status().lag(),
            now.status().transactionsBehind(),
            now.publishedPerSecond(),
            now.appliedPerSecond(),
            now.bytesSpooled());
    synchronized (samples) {
      if (samples.size() == SAMPLES_KEPT) {
        samples.removeFirst();
      }
      samples.add(sample);
    }
  }

  /** Empty as long as the link is not set up. */
  Optional<LinkReport> report() {
    return Optional.ofNullable(report);
  }

  List<IncidentReport> incidents() {
    return incidents;
  }

  List<Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }
}
