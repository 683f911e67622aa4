package dev.duplex.cli.status;

import dev.duplex.cli.shell.Json;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.status.LinkStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A status in words and in JSON. */
final class StatusText {
  private StatusText() {}

  /** One line: {@code bank: DIVERGED (SECONDARY_BEHIND), 12 transactions, 7.1 s behind}. */
  static String headline(LinkStatus status) {
    StringBuilder line = new StringBuilder(status.link()).append(": ").append(status.state());
    status.reason().ifPresent(reason -> line.append(" (").append(reason).append(')'));
    line.append(
        String.format(
            Locale.ROOT,
            ", %,d %s, %.1f s behind",
            status.transactionsBehind(),
            status.transactionsBehind() == 1 ? "transaction" : "transactions",
            status.lag().toMillis() / 1000.0));
    if (!status.detail().isEmpty()) {
      line.append("; ").append(status.detail());
    }
    return line.toString();
  }

  static List<String> lines(LinkStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add(headline(status));
    lines.add("  producer  " + side(status.producer()));
    lines.add("  consumer  " + status.consumer().map(StatusText::side).orElse("none yet"));
    status.incidents().forEach(event -> lines.add("  incident  " + EventText.incident(event)));
    return lines;
  }

  /** What {@code --follow} prints again for: the state, and the lag in whole seconds. */
  static String changing(LinkStatus status) {
    return status.state()
        + " "
        + status.reason()
        + " "
        + status.transactionsBehind()
        + " "
        + status.lag().toSeconds();
  }

  static String json(LinkStatus status) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", status.link());
    map.put("state", status.state().name());
    map.put("reason", status.reason().map(Enum::name).orElse(null));
    map.put("detail", status.detail());
    map.put("transactionsBehind", status.transactionsBehind());
    map.put("lagSeconds", status.lag().toMillis() / 1000.0);
    map.put("producer", sideMap(status.producer()));
    map.put("consumer", sideMap(status.consumer().orElse(null)));
    map.put("incidents", status.incidents().stream().map(EventText::map).toList());
    return Json.line(map);
  }

  private static String side(Progress head) {
    return String.format(
        Locale.ROOT,
        "%-7s at %s, %,d transactions, %,d changes%s, %s",
        head.getState(),
        Position.format(head.getPosition()),
        head.getTransactions(),
        head.getChanges(),
        head.getMismatches() == 0
            ? ""
            : String.format(Locale.ROOT, ", %,d rows healed", head.getMismatches()),
        head.getInstance());
  }

  private static @Nullable Map<String, Object> sideMap(@Nullable Progress head) {
    if (head == null) {
      return null;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("state", head.getState().name());
    map.put("detail", head.getDetail());
    map.put("position", Position.format(head.getPosition()));
    map.put("transactions", head.getTransactions());
    map.put("changes", head.getChanges());
    map.put("mismatches", head.getMismatches());
    map.put("epoch", head.getEpoch());
    map.put("instance", head.getInstance());
    map.put("host", head.getHost());
    return map;
  }
}
