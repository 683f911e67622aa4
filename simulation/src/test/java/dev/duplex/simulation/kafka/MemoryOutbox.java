package dev.duplex.simulation.kafka;

import dev.duplex.kafka.status.OutboxContent;
import dev.duplex.kafka.status.OutboxStore;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An observer's outbox, which survives the processes that use it, one after the other. */
public final class MemoryOutbox {
  private OutboxContent content = OutboxContent.EMPTY;
  private @Nullable View holder;

  /** The outbox as the next process has it. */
  public OutboxStore open() {
    return new View();
  }

  /** The process that has it is dead, and has not closed it. */
  public void release() {
    holder = null;
  }

  /** What is there now. */
  public OutboxContent content() {
    return content;
  }

  private final class View implements OutboxStore {
    private boolean closed;

    @Override
    public Optional<OutboxContent> adoptIfFree() {
      if (holder != null || closed) {
        return Optional.empty();
      }
      holder = this;
      return Optional.of(content);
    }

    @Override
    public boolean isHeld() {
      return holder == this;
    }

    @Override
    public void save(Supplier<OutboxContent> next) {
      if (isHeld()) {
        content = next.get();
      }
    }

    @Override
    public void close() {
      closed = true;
      if (isHeld()) {
        holder = null;
      }
    }
  }
}
