package dev.duplex.cli.demo;

import dev.duplex.producer.spool.SpoolTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How everything is, in one line. */
final class LinkLine {
  private LinkLine() {}

  /** As in {@code IN_SYNC, 1,234 committed, 301/s; secondary 3 behind, 0.0 s; diff file none}. */
  static String of(Stage stage) {
    StringBuilder line = new StringBuilder(state(stage));
    line.append(": ").append(primary(stage));
    stage
        .link()
        .status()
        .ifPresent(
            status ->
                line.append(
                    String.format(
                        Locale.ROOT,
                        "; secondary %,d behind, %.1f s",
                        status.transactionsBehind(),
                        status.lag().toMillis() / 1000.0)));
    SpoolTotals spooled = stage.link().spooled();
    if (spooled.changes() > 0) {
      line.append("; ").append(diffFile(spooled));
    }
    List<String> down = down(stage);
    if (!down.isEmpty()) {
      line.append("; ").append(stage.screen().bad("down: " + String.join(", ", down)));
    }
    return line.toString();
  }

  private static List<String> down(Stage stage) {
    List<String> down = new ArrayList<>();
    if (!stage.lab().broker().isRunning()) {
      down.add("broker");
    }
    if (!stage.lab().secondary().isRunning()) {
      down.add("secondary");
    }
    if (!stage.services().isUp(StartServices.CONSUMER)) {
      down.add("consumer");
    }
    return down;
  }

  /** The link's state, in colour. */
  static String state(Stage stage) {
    Screen screen = stage.screen();
    return stage
        .link()
        .condition()
        .map(
            condition ->
                switch (condition.state()) {
                  case IN_SYNC -> screen.good(condition.words());
                  case RECOVERING -> screen.middling(condition.words());
                  case DIVERGED, HALTED -> screen.bad(condition.words());
                })
        .orElse("no word from Kafka");
  }

  static String primary(Stage stage) {
    Load load = stage.load();
    return String.format(
        Locale.ROOT,
        "primary %,d committed%s",
        load.committed(),
        load.isRunning()
            ? String.format(Locale.ROOT, ", %,.0f/s", load.perSecond(stage.nanos()))
            : "");
  }

  static String diffFile(SpoolTotals spooled) {
    return String.format(
        Locale.ROOT,
        "diff file %s, %,d transactions, %,d changes",
        Amount.bytes(spooled.bytes()),
        spooled.transactions(),
        spooled.changes());
  }
}
