package dev.duplex.status;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.status.service.ServiceReport;
import dev.duplex.status.service.SpoolReport;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What the services say of themselves, which is known also while Kafka is away. */
public record ServiceReports(Optional<ServiceReport> producer, Optional<ServiceReport> consumer) {

  /** Chooses those that have the roles of a link. */
  public static ServiceReports of(String link, List<ServiceReport> all) {
    return new ServiceReports(active(link, Role.PRODUCER, all), active(link, Role.CONSUMER, all));
  }

  private static Optional<ServiceReport> active(String link, Role role, List<ServiceReport> all) {
    List<ServiceReport> mine =
        all.stream().filter(r -> r.role() == role && r.link().equals(link)).toList();
    return mine.stream()
        .filter(report -> !report.state().equals("STANDBY"))
        .findFirst()
        .or(() -> mine.stream().findFirst());
  }

  /** The worst of what the topics say and what they say themselves. */
  public LinkStatus worst(LinkStatus topics) {
    LinkStatus status = spool().map(waiting -> withSpool(topics, waiting)).orElse(topics);
    for (ServiceReport report :
        List.of(producer, consumer).stream().flatMap(Optional::stream).toList()) {
      LinkState state = state(report);
      if (Severity.of(state, report.reason()) > Severity.of(status.state(), status.reason())) {
        status = with(status, state, report.reason(), detail(report));
      }
    }
    return status;
  }

  /** The producer's diff files; empty if there are none, or nobody says. */
  public Optional<SpoolReport> spool() {
    return producer.flatMap(ServiceReport::spool).filter(spool -> spool.bytes() > 0);
  }

  private static LinkState state(ServiceReport report) {
    return switch (report.state()) {
      case "SPOOLING", "WAITING", "FAILED" -> LinkState.DIVERGED;
      case "DRAINING" -> LinkState.RECOVERING;
      case "HALTED" -> LinkState.HALTED;
      default -> LinkState.IN_SYNC;
    };
  }

  private static String detail(ServiceReport report) {
    String side = report.role().name().toLowerCase(Locale.ROOT);
    return side + ": " + (report.detail().isEmpty() ? report.state() : report.detail());
  }

  private static LinkStatus with(
      LinkStatus status, LinkState state, Optional<Reason> reason, String detail) {
    return new LinkStatus(
        status.link(),
        state,
        reason,
        detail,
        status.transactionsBehind(),
        status.lag(),
        status.producer(),
        status.consumer(),
        status.incidents());
  }

  private LinkStatus withSpool(LinkStatus status, SpoolReport spool) {
    Duration age = Duration.of(spool.ageMicros(), ChronoUnit.MICROS);
    return new LinkStatus(
        status.link(),
        status.state(),
        status.reason(),
        status.detail(),
        behind(
            status.transactionsBehind(),
            status.producer().getTransactions(),
            ServiceReport::transactions,
            spool.transactions()),
        status.lag().compareTo(age) < 0 ? age : status.lag(),
        status.producer(),
        status.consumer(),
        status.incidents());
  }

  /**
   * How many changes are not applied.
   *
   * @param published and not applied, as the topics say
   * @param topics what they say
   */
  public long changesBehind(long published, Progress topics) {
    return spool()
        .map(
            spool ->
                behind(published, topics.getChanges(), ServiceReport::changes, spool.changes()))
        .orElse(published);
  }

  /** What the producer has published and what not, it says of one moment; the topics of another. */
  private long behind(
      long publishedThen, long totalThen, ToLongFunction<ServiceReport> total, long waiting) {
    long totalNow = producer.map(total::applyAsLong).orElse(0L);
    long since = totalNow == 0 ? 0 : totalNow - totalThen;
    return Math.max(0, publishedThen + since + waiting);
  }
}
