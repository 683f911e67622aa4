package dev.duplex.simulation;

import dev.duplex.kafka.status.OutboxContent;
import dev.duplex.kafka.status.OutboxStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An observer's outbox on a machine: it survives its process, and one process has it at a time. */
final class MachineOutbox {
  private OutboxContent content = OutboxContent.EMPTY;
  private @Nullable SimulatedProcess holder;

  OutboxStore of(SimulatedProcess process) {
    return new OutboxStore() {
      @Override
      public Optional<OutboxContent> adoptIfFree() {
        process.call("adopt the outbox");
        SimulatedProcess other = holder;
        if (other == process || (other != null && other.isAlive())) {
          return Optional.empty();
        }
        holder = process;
        return Optional.of(content);
      }

      @Override
      public boolean isHeld() {
        return holder == process;
      }

      @Override
      public void save(Supplier<OutboxContent> newContent) {
        process.call("save the outbox");
        if (holder == process) {
          content = newContent.get();
        }
      }

      @Override
      public void close() {
        if (holder == process) {
          holder = null;
        }
      }
    };
  }
}
