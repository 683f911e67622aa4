package dev.duplex.status.topology;

import java.util.function.Supplier;
import org.apache.kafka.streams.processor.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * What a task does again and again. Kafka Streams initialises a corrupted task anew, in place, and
 * what it had scheduled goes on, unless it is ended here. Owned by one thread.
 */
final class Punctuation {
  private @Nullable Cancellable scheduled;

  /** Schedules it; what was scheduled before ends. */
  void restart(Supplier<Cancellable> schedule) {
    end();
    scheduled = schedule.get();
  }

  void end() {
    Cancellable before = scheduled;
    scheduled = null;
    if (before != null) {
      before.cancel();
    }
  }
}
