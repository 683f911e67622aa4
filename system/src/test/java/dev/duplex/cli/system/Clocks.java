package dev.duplex.cli.system;

import dev.duplex.cli.Twin;
import dev.duplex.lab.OwnClock;
import dev.duplex.lab.Server;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The clocks of both machines: the one of the primary and the producers, and the one of the
 * secondary and the consumers. Whoever cannot have clocks of their own has the real one. The
 * servers are restarted at begin and end.
 */
final class Clocks implements AutoCloseable {
  // Longer than what a broker accepts of a record's time, shorter, and a little.
  private static final List<Duration> JUMPS =
      List.of(
          Duration.ofDays(30),
          Duration.ofHours(2),
          Duration.ofSeconds(40),
          Duration.ofSeconds(-40),
          Duration.ofHours(-2),
          Duration.ofDays(-30));

  private final Twin twin;
  private final @Nullable OwnClock first;
  private final @Nullable OwnClock second;

  Clocks(Twin twin) throws IOException, InterruptedException {
    this.twin = twin;
    if (OwnClock.isPossible()) {
      first = new OwnClock(twin.directory().resolve("clock-1"));
      second = new OwnClock(twin.directory().resolve("clock-2"));
      useByServers(first, second);
    } else {
      System.out.println("no clock jumps: that takes root and the package libfaketime");
      first = null;
      second = null;
    }
  }

  /** That of the primary's side, if it has one. */
  @Nullable OwnClock first() {
    return first;
  }

  /** That of the secondary's side, if it has one. */
  @Nullable OwnClock second() {
    return second;
  }

  /** Whether there is a clock that can be set. */
  boolean canJump() {
    return first != null && second != null;
  }

  /** Sets the clock of the primary's side to another time, where it goes on. */
  void jumpFirst(Random random) throws IOException {
    jump(Objects.requireNonNull(first), random);
  }

  /** The same on the secondary's side. */
  void jumpSecond(Random random) throws IOException {
    jump(Objects.requireNonNull(second), random);
  }

  private static void jump(OwnClock clock, Random random) throws IOException {
    clock.set(JUMPS.get(random.nextInt(JUMPS.size())));
  }

  private void useByServers(@Nullable OwnClock primary, @Nullable OwnClock secondary)
      throws IOException, InterruptedException {
    use(twin.lab().primary(), primary);
    use(twin.lab().secondary(), secondary);
  }

  private static void use(Server server, @Nullable OwnClock clock)
      throws IOException, InterruptedException {
    server.clock(clock);
    server.restart();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    if (first != null) {
      useByServers(null, null);
    }
  }
}
