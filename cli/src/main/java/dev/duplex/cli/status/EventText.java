package dev.duplex.cli.status;

import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** A status event in words. */
final class EventText {
  private EventText() {}

  /**
   * One line: {@code 2026-11-22T10:00:00.123Z producer 12@host#ab12: IN_SYNC -> DIVERGED
   * (BROKER_UNREACHABLE): no broker answers}.
   */
  static String line(StatusEvent event) {
    StringBuilder line = new StringBuilder();
    line.append(time(event))
        .append(' ')
        .append(observer(event))
        .append(' ')
        .append(event.getInstance())
        .append(": ")
        .append(event.getPreviousState())
        .append(" -> ")
        .append(event.getState())
        .append(" (")
        .append(event.getReason())
        .append(')');
    if (event.getLastPosition() != null) {
      line.append(event.getDrained() ? ", all published up to " : ", up to ")
          .append(Position.format(event.getLastPosition()));
    }
    return line.append(": ").append(event.getDetail()).toString();
  }

  /**
   * One line: {@code DIVERGED (SECONDARY_DOWN) since 2026-...: no answer (consumer 12@host#ab)}.
   */
  static String incident(StatusEvent event) {
    return "%s (%s) since %s: %s (%s %s)"
        .formatted(
            event.getState(),
            event.getReason(),
            time(event),
            event.getDetail(),
            observer(event),
            event.getInstance());
  }

  private static String observer(StatusEvent event) {
    return event.getObserver().name().toLowerCase(Locale.ROOT);
  }

  private static String time(StatusEvent event) {
    return Instant.EPOCH.plus(event.getTimeMicros(), ChronoUnit.MICROS).toString();
  }
}
