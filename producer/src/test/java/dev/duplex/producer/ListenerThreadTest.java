package dev.duplex.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.lab.Await;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ListenerThreadTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final ListenerThread thread = new ListenerThread("bank");

  @BeforeEach
  void start() {
    thread.start();
  }

  @AfterEach
  void stop() {
    thread.close();
  }

  @Test
  void shouldTellInOrderWhatIsOpenAndWhatComes() throws Exception {
    thread.offer(event("missed", LinkState.DIVERGED));
    thread.add(writer(), List.of(event("open", LinkState.RECOVERING)));
    thread.offer(event("a", LinkState.HALTED));
    thread.offer(event("b", LinkState.IN_SYNC));
    Await.until("all are told", LIMIT, () -> heard.size() == 3);
    assertThat(heard).containsExactly("diverged open", "halted a", "recovered b");
  }

  @Test
  void shouldGoOnWhenAListenerThrows() throws Exception {
    thread.add(
        new DuplexListener() {
          @Override
          public void diverged(StatusEvent event) {
            throw new AssertionError("thrown by the test");
          }
        },
        List.of());
    thread.add(writer(), List.of());
    thread.offer(event("a", LinkState.DIVERGED));
    thread.offer(event("b", LinkState.DIVERGED));
    Await.until("both are told", LIMIT, () -> heard.size() == 2);
  }

  @Test
  void shouldBoundWhatWaitsForAListenerThatBlocks() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    thread.add(
        new DuplexListener() {
          @Override
          public void diverged(StatusEvent event) {
            entered.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        },
        List.of());
    thread.add(writer(), List.of());
    thread.offer(event("first", LinkState.DIVERGED));
    entered.await();
    for (int i = 0; i < ListenerThread.CAPACITY + 5; i++) {
      thread.offer(event("more", LinkState.DIVERGED)); // returns at once
    }
    assertThatThrownBy(() -> thread.add(writer(), List.of()))
        .isInstanceOf(IllegalStateException.class);
    goOn.countDown();
    Await.until("the rest is told", LIMIT, () -> heard.size() == ListenerThread.CAPACITY + 1);
  }

  @Test
  void shouldCloseAlthoughAListenerBlocks() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    thread.add(
        new DuplexListener() {
          @Override
          public void diverged(StatusEvent event) {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
          }
        },
        List.of());
    thread.offer(event("a", LinkState.DIVERGED));
    thread.close();
    interrupted.await();
  }

  private DuplexListener writer() {
    return new DuplexListener() {
      @Override
      public void diverged(StatusEvent event) {
        heard.add("diverged " + event.getIncident());
      }

      @Override
      public void recovered(StatusEvent event) {
        heard.add("recovered " + event.getIncident());
      }

      @Override
      public void halted(StatusEvent event) {
        heard.add("halted " + event.getIncident());
      }
    };
  }

  private static StatusEvent event(String incident, LinkState state) {
    return StatusEvent.newBuilder()
        .setLink("bank")
        .setIncident(incident)
        .setObserver(Observer.MONITOR)
        .setSequence(1)
        .setInstance("test")
        .setState(state)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason("BROKER_UNREACHABLE")
        .setTimeMicros(1)
        .setDetail("")
        .build();
  }
}
