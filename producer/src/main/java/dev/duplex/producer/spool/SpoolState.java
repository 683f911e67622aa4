package dev.duplex.producer.spool;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What can be done with a spool: a step on disk succeeds, or finds no room, after which only a
 * rollback helps, or leaves nobody knows what.
 *
 * <p>Owned by one thread.
 */
final class SpoolState {
  private enum Value {
    OPEN,
    ROLLBACK_NEEDED,
    BROKEN,
    CLOSED
  }

  /** Something that the disk may refuse. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  private final Path directory;
  private Value value = Value.OPEN;

  SpoolState(Path directory) {
    this.directory = directory;
  }

  boolean isOpen() {
    return value == Value.OPEN;
  }

  boolean isClosed() {
    return value == Value.CLOSED;
  }

  void close() {
    value = Value.CLOSED;
  }

  /** Throws unless everything is possible. */
  void requireOpen() {
    if (value != Value.OPEN) {
      throw new IllegalStateException("the spool in " + directory + " is " + value);
    }
  }

  /** Allows the step that takes away what is not committed. */
  void beginRollback() {
    if (value == Value.ROLLBACK_NEEDED) {
      value = Value.OPEN;
    }
    requireOpen();
  }

  /**
   * Does a step.
   *
   * @throws SpoolFullException if the disk has no room, or {@code spool.max-size} is reached
   * @throws dev.duplex.schemas.failure.HaltException if the disk refuses otherwise
   */
  void run(Step step) {
    Value before = value;
    value = Value.BROKEN;
    try {
      step.run();
      value = before;
    } catch (SpoolFullException e) {
      value = Value.ROLLBACK_NEEDED;
      throw e;
    } catch (IOException e) {
      RuntimeException failure = DiskFailure.refused(directory, e);
      if (failure instanceof SpoolFullException) {
        value = Value.ROLLBACK_NEEDED;
      }
      throw failure;
    }
  }
}
