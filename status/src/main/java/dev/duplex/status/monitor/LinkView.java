package dev.duplex.status.monitor;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.status.LinkFacts;
import dev.duplex.status.LinkStatus;
import dev.duplex.status.ServiceReports;
import dev.duplex.status.service.ServiceReport;
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
    ServiceReports words = ServiceReports.of(link, services);
    LinkStatus status =
        words.worst(
            LinkStatus.of(
                link,
                new LinkFacts(
                    Optional.of(producer),
                    Optional.ofNullable(consumer),
                    read.appliedMicros(),
                    read.silent().contains(Role.PRODUCER),
                    read.silent().contains(Role.CONSUMER),
                    history.open()),
                divergedAfter));
    LinkReport before = report;
    LinkReport made =
        new LinkReport(
            status,
            since(before, status, time),
            Duration.ofNanos(now - producerNanos),
            Duration.ofNanos(now - consumerNanos),
            changesBehind(status, producer, consumer, words),
            published.perSecond(),
            applied.perSecond(),
            bytesSpooled(words),
            words.producer(),
            words.consumer());
    report = made;
    return before == null
        || !before.status().equals(status)
        || before.bytesSpooled() != made.bytesSpooled()
        || !stateOf(before.producer()).equals(stateOf(made.producer()))
        || !stateOf(before.consumer()).equals(stateOf(made.consumer()));
  }

  private static String stateOf(Optional<ServiceReport> service) {
    return service.map(ServiceReport::state).orElse("");
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

  private static long changesBehind(
      LinkStatus status, Progress producer, @Nullable Progress consumer, ServiceReports words) {
    long done = consumer == null ? 0 : consumer.getChanges();
    return status.transactionsBehind() == 0
        ? 0
        : words.changesBehind(Math.max(0, producer.getChanges() - done), producer);
  }

  /** As the producer says; else as it was told last in an incident that is open. */
  private long bytesSpooled(ServiceReports words) {
    return words
        .producer()
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
