package dev.duplex.cli.demo;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The broker is killed; the primary goes on, and the diff file takes what it commits. */
final class Outage implements Step {
  private static final long BOOKING_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Duration time;
  private long publishedBefore;
  private long appliedBefore;

  Outage(Duration time) {
    this.time = time;
  }

  @Override
  public String title() {
    return "The broker is killed; the primary goes on";
  }

  /** Changes that the producer had published when the outage began. */
  long publishedBefore() {
    return publishedBefore;
  }

  /** Changes that the consumer had applied when the outage began. */
  long appliedBefore() {
    return appliedBefore;
  }

  @Override
  public void play(Stage stage) throws SQLException, InterruptedException {
    Screen screen = stage.screen();
    LinkWatch link = stage.link();
    screen.say("kill -9 %d (%s)", stage.lab().broker().pid(), stage.lab().broker());
    stage.lab().broker().kill();
    publishedBefore = link.producer().map(Progress::getChanges).orElse(0L);
    appliedBefore = link.consumer().map(Progress::getChanges).orElse(0L);
    screen.say("now interest is booked, too, %,d accounts in a transaction", Interest.ACCOUNTS);
    long start = stage.nanos();
    long committed = stage.load().committed();
    boolean told = false;
    try (Interest interest = new Interest(stage.lab().primary(), Stage.DATABASE)) {
      long booked = start;
      while (stage.nanos() - start < time.toNanos() || !told || link.spooled().changes() == 0) {
        stage.tick();
        if (stage.nanos() - booked >= BOOKING_NANOS) {
          booked = stage.nanos();
          interest.book();
        }
        if (!told && isDiverged(stage)) {
          told = true;
          screen.say(
              "after %.1f s the link is %s, which 'duplex status' tells without Kafka",
              stage.seconds(start), LinkLine.state(stage));
        }
        stage.limit(start, "the diff file to grow");
        screen.live(LinkLine.of(stage));
      }
    }
    screen.say(
        "%s",
        screen.strong(
            "%,d transfers in %.1f s without Kafka"
                .formatted(stage.load().committed() - committed, stage.seconds(start))));
    screen.say("%s", LinkLine.diffFile(link.spooled()));
  }

  private static boolean isDiverged(Stage stage) {
    return stage.link().condition().filter(c -> c.state() == LinkState.DIVERGED).isPresent();
  }
}
