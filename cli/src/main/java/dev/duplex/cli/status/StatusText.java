package dev.duplex.cli.status;

import dev.duplex.schemas.Position;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.status.LinkStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A status in words. */
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
}
