package dev.duplex.cli.demo;

import java.time.Duration;

/** The bank works, and the secondary follows. */
final class InStep implements Step {
  private final Duration time;

  InStep(Duration time) {
    this.time = time;
  }

  @Override
  public String title() {
    return "%d clients move money; the secondary keeps in step".formatted(Load.CLIENTS);
  }

  @Override
  public void play(Stage stage) throws InterruptedException {
    stage.load().start();
    long start = stage.nanos();
    while (stage.nanos() - start < time.toNanos()) {
      stage.tick();
      stage.screen().live(LinkLine.of(stage));
    }
    stage.screen().say("%s", LinkLine.of(stage));
  }
}
