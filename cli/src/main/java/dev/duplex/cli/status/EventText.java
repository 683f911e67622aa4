package dev.duplex.cli.status;

import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A status event in words and for JSON. */
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

  static Map<String, Object> map(StatusEvent event) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("incident", event.getIncident());
    map.put("observer", event.getObserver().name());
    map.put("sequence", event.getSequence());
    map.put("instance", event.getInstance());
    map.put("state", event.getState().name());
    map.put("previousState", event.getPreviousState().name());
    map.put("reason", event.getReason());
    map.put("time", time(event));
    map.put("firstPosition", position(event.getFirstPosition()));
    map.put("lastPosition", position(event.getLastPosition()));
    map.put("drained", event.getDrained());
    map.put("transactions", event.getTransactions());
    map.put("changes", event.getChanges());
    Long oldest = event.getOldestCommitMicros();
    map.put("oldestCommit", oldest == null ? null : instant(oldest));
    map.put("bytesSpooled", event.getBytesSpooled());
    map.put("detail", event.getDetail());
    return map;
  }

  private static @Nullable String position(@Nullable Long position) {
    return position == null ? null : Position.format(position);
  }

  private static String observer(StatusEvent event) {
    return event.getObserver().name().toLowerCase(Locale.ROOT);
  }

  private static String time(StatusEvent event) {
    return instant(event.getTimeMicros());
  }

  private static String instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }
}
