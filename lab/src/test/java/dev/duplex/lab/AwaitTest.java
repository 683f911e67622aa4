package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AwaitTest {
  @Test
  void shouldAskUntilTrue() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Await.until("the third call", Duration.ofSeconds(10), () -> asked.incrementAndGet() == 3);
    assertThat(asked).hasValue(3);
  }

  @Test
  void shouldTellWhatAndHowLongAndWhy() {
    assertThatThrownBy(
            () ->
                Await.until(
                    "the moon",
                    Duration.ofMillis(30),
                    () -> {
                      throw new IOException("too far");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching("Waited \\d+[.,]\\d s for the moon: .*too far")
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void shouldPassOnAnInterruption() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Await.until("nothing", Duration.ofSeconds(10), () -> false))
        .isInstanceOf(InterruptedException.class);
  }
}
