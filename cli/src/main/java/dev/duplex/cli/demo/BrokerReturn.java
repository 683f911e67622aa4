package dev.duplex.cli.demo;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The broker returns, the diff file is drained, and the secondary catches up. */
final class BrokerReturn implements Step {
  private final Outage outage;
  private final Rate rate = new Rate();
  private long total;

  BrokerReturn(Outage outage) {
    this.outage = outage;
  }

  @Override
  public String title() {
    return "The broker returns; the diff file is drained";
  }

  @Override
  public void play(Stage stage) throws IOException, InterruptedException {
    Screen screen = stage.screen();
    long start = stage.nanos();
    stage.meanwhile(stage.lab().broker()::start, () -> screen.live(LinkLine.of(stage)));
    screen.say("the broker answers after %.1f s", stage.seconds(start));
    long answered = stage.nanos();
    stage.await("the diff file to be drained", () -> isOver(stage), () -> show(stage));
    double seconds = stage.seconds(answered);
    screen.say(
        "%s",
        screen.strong(
            String.format(
                Locale.ROOT,
                "drained and applied in %.1f s: %,d changes, %,.0f a second; the clients never"
                    + " paused",
                seconds,
                total,
                total / seconds)));
    screen.say("%s", LinkLine.of(stage));
  }

  private void show(Stage stage) {
    total = Math.max(total, stage.link().spooled().changes());
    long published =
        since(stage.link().producer().map(Progress::getChanges), outage.publishedBefore());
    long applied = since(stage.link().consumer().map(Progress::getChanges), outage.appliedBefore());
    double part = total == 0 ? 0 : Math.min(1.0, (double) applied / total);
    stage
        .screen()
        .live(
            String.format(
                Locale.ROOT,
                "%s published %,d, applied %,d of %,d changes, %,.0f/s",
                Amount.bar(part),
                Math.min(published, total),
                Math.min(applied, total),
                total,
                rate.of(stage.nanos(), applied)),
            LinkLine.of(stage));
  }

  private static long since(Optional<Long> changes, long before) {
    return Math.max(0, changes.orElse(before) - before);
  }

  private static boolean isOver(Stage stage) {
    return stage.link().spooled().changes() == 0
        && stage.link().status().filter(status -> status.state() == LinkState.IN_SYNC).isPresent();
  }
}
