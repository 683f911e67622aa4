package dev.duplex.simulation.kafka;

import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * From one process to the brokers: how its calls end and what time they take. As Kafka's clients
 * do, it tries again what may be tried again, up to the call's time limit.
 */
final class Connection {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final SimulatedKafka kafka;
  private final Time time;
  private final Faults faults;

  Connection(SimulatedKafka kafka, Time time, Faults faults) {
    this.kafka = kafka;
    this.time = time;
    this.faults = faults;
  }

  SimulatedKafka kafka() {
    return kafka;
  }

  long nanos() {
    return time.nanos();
  }

  Faults faults() {
    return faults;
  }

  /**
   * Asks the brokers.
   *
   * @throws TimeoutException if no answer comes in time; the brokers may have done it
   */
  <T> T call(String name, Duration limit, Supplier<T> request) {
    long begun = time.nanos();
    Fault fault = faults.at(name);
    if (fault == Fault.REQUEST_LOST || fault == Fault.REQUEST_LATE) {
      if (fault == Fault.REQUEST_LATE) {
        kafka.later(
            limit.plus(faults.duration(name)),
            () -> {
              var unused = request.get();
            });
      }
      throw timeout(name, begun, limit);
    }
    pass(min(faults.duration(name), limit));
    T answer = ask(name, begun, limit, request);
    if (fault == Fault.ANSWER_LOST) {
      throw timeout(name, begun, limit);
    }
    faults.answered(name);
    return answer;
  }

  private <T> T ask(String name, long begun, Duration limit, Supplier<T> request) {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        requireReachable();
        return request.get();
      } catch (RetriableException e) {
        Duration left = limit.minusNanos(time.nanos() - begun);
        if (left.isNegative() || left.isZero()) {
          throw new TimeoutException("no answer to '" + name + "' in " + limit, e);
        }
        pass(min(pause, left));
        pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
      }
    }
  }

  /** Lets what is due be done first. */
  void requireReachable() {
    kafka.settle();
    if (kafka.isAway()) {
      throw new DisconnectException("no broker answers");
    }
  }

  private TimeoutException timeout(String name, long begun, Duration limit) {
    pass(limit.minusNanos(time.nanos() - begun));
    return new TimeoutException("no answer to '" + name + "' in " + limit);
  }

  void pass(Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      return;
    }
    try {
      time.sleep(duration);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
