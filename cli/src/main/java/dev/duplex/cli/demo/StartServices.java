package dev.duplex.cli.demo;

import dev.duplex.schemas.avro.LinkState;
import java.io.IOException;
import java.util.List;

/** Starts Duplex's services. */
final class StartServices implements Step {
  static final String PRODUCER = "producer";
  static final String CONSUMER = "consumer";
  static final String MONITOR = "monitor";
  private static final List<String> ALL = List.of(MONITOR, PRODUCER, CONSUMER);

  @Override
  public String title() {
    return "Start producer, consumer and monitor";
  }

  @Override
  public void play(Stage stage) throws IOException, InterruptedException {
    long start = stage.nanos();
    for (String service : ALL) {
      stage.services().start(service);
    }
    stage.await(
        "producer and consumer to be at work",
        () -> stage.link().condition().filter(c -> c.state() == LinkState.IN_SYNC).isPresent(),
        () -> stage.screen().live("they start; the link is " + LinkLine.state(stage)));
    Screen screen = stage.screen();
    screen.say("the link is %s after %.1f s", LinkLine.state(stage), stage.seconds(start));
    stage.await("the monitor to answer at " + stage.page(), stage.page()::isUp, () -> {});
    screen.say("watch it at %s", screen.strong(stage.page().toString()));
  }
}
