package dev.duplex.schemas.judge;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one side's progress says of itself, and what its silence does. */
public final class SideReports {
  private SideReports() {}

  /** That it does not work as it should; empty if it is live, or there is none. */
  public static Optional<Finding> state(Role role, @Nullable Progress head) {
    if (head == null) {
      return Optional.empty();
    }
    return switch (head.getState()) {
      case LIVE -> Optional.empty();
      case COPYING ->
          Optional.of(
              Finding.seen(LinkState.RECOVERING, Reason.COPYING, "existing rows are on their way"));
      case HALTED ->
          Optional.of(
              new Finding(
                  LinkState.HALTED,
                  reason(head),
                  Finding.name(role),
                  detail(head).isEmpty() ? "it has halted" : detail(head)));
    };
  }

  /** That it lets everybody wait in vain for another report. */
  public static Finding silence(Role role) {
    return Finding.seen(
        LinkState.DIVERGED,
        switch (role) {
          case PRODUCER -> Reason.PRODUCER_SILENT;
          case CONSUMER -> Reason.CONSUMER_SILENT;
        },
        "no " + Finding.name(role) + " reports; is one running?");
  }

  /**
   * Whether a side has to report now and then. Whoever halts or copies rows need not, and says so
   * before; nobody has to before the link is set up.
   */
  public static boolean isExpected(
      Role role, @Nullable Progress producer, @Nullable Progress consumer) {
    if (producer == null) {
      return false;
    }
    return switch (role) {
      case PRODUCER -> producer.getState() == ProgressState.LIVE;
      case CONSUMER ->
          consumer == null
              ? producer.getState() != ProgressState.COPYING
              : consumer.getState() != ProgressState.HALTED;
    };
  }

  /** Why it waits or has halted, as far as it says so. */
  static Optional<Reason> reason(Progress head) {
    return Optional.ofNullable(head.getReason()).flatMap(Reason::of);
  }

  /** Without the reason in front of it, which is shown by itself. */
  static String detail(Progress head) {
    String detail = head.getDetail() == null ? "" : head.getDetail();
    String front = head.getReason() + ": ";
    return detail.startsWith(front) ? detail.substring(front.length()) : detail;
  }
}
