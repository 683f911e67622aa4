package dev.duplex.consumer;

import dev.duplex.database.target.Checkpoint;
import org.jspecify.annotations.Nullable;

/** Is told by an {@link ApplyLoop}, on its thread, how it goes. */
interface ApplyObserver {
  /**
   * The secondary has it, durably.
   *
   * @param mismatch a row that was healed by it, if there is one
   */
  void committed(Checkpoint checkpoint, @Nullable String mismatch);

  /** A group of rows is committed; it took so long from its first row on. */
  default void grouped(long nanos) {}

  /** A group is read again and applied change by change. */
  default void replayed() {}

  /** There is nothing to apply just now. */
  void atEnd();

  /**
   * The secondary refuses a change even by itself. It is tried again after this returns.
   *
   * @param line which one, and why
   * @throws dev.duplex.schemas.failure.HaltException if it shall not be tried again
   */
  void refused(String line);
}
