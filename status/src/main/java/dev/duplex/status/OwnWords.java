package dev.duplex.status;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.status.service.ServiceReport;
import dev.duplex.status.service.SpoolReport;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the services say of themselves, which is known also while Kafka is away. */
public record OwnWords(Optional<ServiceReport> producer, Optional<ServiceReport> consumer) {

  /** Chooses those that have the roles of a link. */
  public static OwnWords of(String link, List<ServiceReport> all) {
    return new OwnWords(active(link, Role.PRODUCER, all), active(link, Role.CONSUMER, all));
  }

  private static Optional<ServiceReport> active(String link, Role role, List<ServiceReport> all) {
    List<ServiceReport> mine =
        all.stream().filter(r -> r.role() == role && r.link().equals(link)).toList();
    return mine.stream()
        .filter(report -> !report.state().equals("STANDBY"))
        .findFirst()
        .or(() -> mine.stream().findFirst());
  }

  /**
   * The worst of what the topics say and what they say themselves.
   *
   * @param quiet for how long the producer has written nothing to the topics
   */
  public LinkStatus worst(LinkStatus topics, Duration quiet) {
    LinkStatus status = spool().map(waiting -> withSpool(topics, waiting, quiet)).orElse(topics);
    for (ServiceReport report :
        List.of(producer, consumer).stream().flatMap(Optional::stream).toList()) {
      LinkState state = state(report);
      if (Severity.of(state, report.reason()) > Severity.of(status.state(), status.reason())) {
        status = with(status, state, report.reason(), detail(report));
      }
    }
    return status;
  }

  /** What waits in the producer's diff files; empty if nothing does, or nobody says. */
  public Optional<SpoolReport> spool() {
    return producer.flatMap(ServiceReport::spool).filter(spool -> spool.changes() > 0);
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

  private static LinkStatus withSpool(LinkStatus status, SpoolReport spool, Duration quiet) {
    Duration age = age(spool, status.producer().getPrimaryMicros(), quiet);
    return new LinkStatus(
        status.link(),
        status.state(),
        status.reason(),
        status.detail(),
        status.transactionsBehind() + spool.transactions(),
        status.lag().compareTo(age) < 0 ? age : status.lag(),
        status.producer(),
        status.consumer(),
        status.incidents());
  }

  /** How old the oldest commit is by the primary's clock, which went on while it was not heard. */
  private static Duration age(SpoolReport spool, long primaryMicros, Duration quiet) {
    if (spool.oldestCommitMicros() <= 0 || primaryMicros <= 0) {
      return Duration.ZERO;
    }
    Duration before = Duration.of(primaryMicros - spool.oldestCommitMicros(), ChronoUnit.MICROS);
    Duration age = before.plus(quiet);
    return age.isNegative() ? Duration.ZERO : age;
  }
}
