package dev.duplex.cli.demo;

import dev.duplex.schemas.avro.LinkState;
import java.io.IOException;
import java.util.List;

/** Starts Duplex's services. */
final class StartServices implements Step {
  static final String PRODUCER = "producer";
  static final String CONSUMER = "consumer";
  private static final List<String> ALL = List.of(PRODUCER, CONSUMER);

  @Override
  public String title() {
    return "Start the " + String.join(" and the ", ALL);
  }

  @Override
  public void play(Stage stage) throws IOException, InterruptedException {
    long start = System.nanoTime();
    for (String service : ALL) {
      stage.services().start(service);
    }
    stage.await(
        "producer and consumer to be at work",
        () -> stage.link().condition().filter(c -> c.state() == LinkState.IN_SYNC).isPresent(),
        () -> stage.screen().live("they start; the link is " + LinkLine.state(stage)));
    stage.screen().say("the link is %s after %.1f s", LinkLine.state(stage), Stage.seconds(start));
  }
}
