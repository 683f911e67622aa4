package dev.duplex.schemas.judge;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that is known of a link, and the state that it means if nothing is worse.
 *
 * @param reason empty if it is in sync, or for a reason that this version does not know
 * @param by who says so; empty if the observer sees it by itself
 * @param detail one line for people; empty if there is nothing to say
 */
public record Finding(LinkState state, Optional<Reason> reason, String by, String detail) {
  static final Finding IN_SYNC = new Finding(LinkState.IN_SYNC, Optional.empty(), "", "");

  /** What the observer sees by itself. */
  public static Finding seen(LinkState state, Reason reason, String detail) {
    return new Finding(state, Optional.of(reason), "", detail);
  }

  /** What the owner of an incident says in its last event. */
  public static Finding of(StatusEvent event) {
    Optional<Reason> reason = Reason.of(event.getReason());
    return new Finding(
        event.getState(),
        reason,
        name(event.getObserver()),
        (reason.isPresent() ? "" : event.getReason() + ": ") + event.getDetail());
  }

  static Finding of(ServiceReport report) {
    return new Finding(
        report.state().means(),
        report.reason(),
        name(report.role()),
        report.detail().isEmpty() ? report.state().name() : report.detail());
  }

  static String name(Enum<?> who) {
    return who.name().toLowerCase(Locale.ROOT);
  }

  /** With who says so. */
  public String text() {
    return by.isEmpty() || detail.isEmpty() ? detail : by + ": " + detail;
  }

  int severity() {
    return Severity.of(state, reason);
  }

  /** Whether both say the same, perhaps in other words. */
  boolean isSame(Finding other) {
    return state == other.state && reason.equals(other.reason);
  }

  /** The same, and what was found besides. */
  Finding and(Finding other) {
    return new Finding(state, reason, by, detail + "; " + other.text());
  }
}
