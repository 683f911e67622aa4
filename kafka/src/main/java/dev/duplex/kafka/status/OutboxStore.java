package dev.duplex.kafka.status;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where an observer's outbox survives the process. Of several processes one has it at a time; the
 * others keep their events in memory until it is free. Not thread-safe.
 */
public interface OutboxStore extends AutoCloseable {
  /** Takes it and reads it; nothing if another one has it, or this one already. */
  Optional<OutboxContent> adoptIfFree();

  /** Whether this process has it. */
  boolean isHeld();

  /**
   * Replaces what it holds, if this process has it. When this returns, that survives whatever
   * happens to the machine, unless the disk refuses, which is logged.
   */
  void save(Supplier<OutboxContent> content);

  /** Gives it back. */
  @Override
  void close();
}
