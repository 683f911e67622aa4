package dev.duplex.status.http;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SpoolReport;
import dev.duplex.status.LinkStatus;
import dev.duplex.status.monitor.Freshness;
import dev.duplex.status.monitor.IncidentReport;
import dev.duplex.status.monitor.LinkReport;
import dev.duplex.status.monitor.MonitorView;
import dev.duplex.status.monitor.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A monitor that knows what the test tells it. */
public final class FakeMonitor implements MonitorView {
  public static final String EVIL = "<img src=x onerror=alert(1)>\"'&\n\u2028</script>";

  private final Map<String, LinkReport> links = new ConcurrentSkipListMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean fails;
  private volatile Freshness freshness = new Freshness(true, Duration.ZERO, "");

  public void freshness(Freshness now) {
    freshness = now;
  }

  /** Fails whoever asks for links, or no longer. */
  public void fail(boolean failsNow) {
    fails = failsNow;
  }

  public void put(LinkReport report) {
    links.put(report.status().link(), report);
    listeners.forEach(listener -> listener.changed(report.status().link()));
  }

  public void remove(String link) {
    links.remove(link);
  }

  public void tell(StatusEvent event) {
    listeners.forEach(listener -> listener.event(event));
  }

  public int listeners() {
    return listeners.size();
  }

  @Override
  public Freshness freshness() {
    return freshness;
  }

  @Override
  public List<LinkReport> links() {
    if (fails) {
      throw new IllegalStateException("a secret of the inside");
    }
    return List.copyOf(links.values());
  }

  @Override
  public Optional<LinkReport> link(String name) {
    return Optional.ofNullable(links.get(name));
  }

  @Override
  public List<IncidentReport> incidents(String link) {
    Instant began = Instant.ofEpochSecond(1_000);
    return List.of(
        new IncidentReport(
            "i2", Observer.PRODUCER, LinkState.DIVERGED, "GAP", began, Optional.empty(), List.of()),
        new IncidentReport(
            "i1",
            Observer.MONITOR,
            LinkState.DIVERGED,
            "PRODUCER_SILENT",
            began,
            Optional.of(began.plusMillis(2_500)),
            List.of(event(link, 1))));
  }

  @Override
  public List<Sample> samples(String link) {
    return List.of(
        new Sample(
            Instant.ofEpochSecond(1), LinkState.IN_SYNC, Duration.ofMillis(40), 3, 10.04, 9, 77));
  }

  @Override
  public Subscription subscribe(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** A link that is diverged, with both sides, and text of others' that is not to be trusted. */
  public static LinkReport report(String link, LinkState state) {
    Progress producer = head(link, Role.PRODUCER, 200, 20);
    Progress consumer = head(link, Role.CONSUMER, 100, 13);
    LinkStatus status =
        new LinkStatus(
            link,
            state,
            state == LinkState.IN_SYNC ? Optional.empty() : Optional.of(Reason.SECONDARY_BEHIND),
            EVIL,
            7,
            Duration.ofMillis(1_234),
            producer,
            Optional.of(consumer),
            List.of(event(link, 1)));
    ServiceReport self =
        new ServiceReport(
            Role.PRODUCER,
            link,
            "12@host#ab",
            ServiceState.SPOOLING,
            Optional.of(Reason.BROKER_UNREACHABLE),
            EVIL,
            4.5,
            200,
            20,
            200,
            Optional.of(
                new SpoolReport(5, 50, 4_096, 0x2C340AE0L, 0x2C340AE8L, 1_000_000, 2_500_000)));
    return new LinkReport(
        status,
        Instant.now().minusSeconds(60),
        Duration.ofMillis(300),
        Duration.ofMillis(400),
        70,
        12.345,
        Double.NaN,
        4_096,
        Optional.of(self),
        Optional.empty());
  }

  private static Progress head(String link, Role role, long position, long transactions) {
    return Progress.newBuilder()
        .setLink(link)
        .setRole(role)
        .setState(ProgressState.LIVE)
        .setEpoch(3)
        .setInstance(EVIL)
        .setHost("host")
        .setSystemId("1")
        .setTimeline(1)
        .setTopicId("topic")
        .setPosition(position)
        .setTransactionId(9)
        .setCommitMicros(1)
        .setDecoded(position)
        .setDecodedMicros(1)
        .setTransactions(transactions)
        .setChanges(10 * transactions)
        .setMismatches(2)
        .build();
  }

  public static StatusEvent event(String link, int sequence) {
    return StatusEvent.newBuilder()
        .setLink(link)
        .setIncident("i1")
        .setObserver(Observer.PRODUCER)
        .setSequence(sequence)
        .setInstance("12@host#ab")
        .setState(LinkState.DIVERGED)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason("BROKER_UNREACHABLE")
        .setTimeMicros(1_000_000_123L)
        .setFirstPosition(0x2C340AE0L)
        .setDetail(EVIL)
        .build();
  }
}
