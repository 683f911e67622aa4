package dev.duplex.producer.spool;

import dev.duplex.schemas.Position;
import dev.duplex.schemas.change.Change;
import org.jspecify.annotations.Nullable;

/**
 * Checks that changes follow one another as the format says: each transaction after its
 * predecessor, its changes numbered, the last with their count.
 */
final class DiffFileChain {
  private static final long NONE = -1;

  private long complete = NONE;
  private long position = NONE;
  private long order;

  /** Position of the last transaction that is complete; null if there is none yet. */
  @Nullable Long complete() {
    return complete == NONE ? null : complete;
  }

  /** Takes whatever comes next. */
  void restart() {
    complete = NONE;
    position = NONE;
    order = 0;
  }

  /**
   * Takes a change.
   *
   * @throws IllegalArgumentException if it is not the next one
   */
  void take(Change change) {
    if (isOpen()) {
      require(change.position() == position, change, "comes within transaction", position);
      require(
          change.order() == order + 1, change, "does not follow number " + order + " of", position);
    } else if (position != NONE) {
      require(change.order() == 1, change, "has not number 1, after", position);
      boolean follows = change.hasPreviousPosition() && change.previousPosition() == position;
      require(follows && change.position() > position, change, "does not follow", position);
    }
    position = change.position();
    order = change.order();
    if (change.count() != 0) {
      require(change.count() == order, change, "does not complete the changes of", position);
      complete = position;
    }
  }

  private boolean isOpen() {
    return position != complete;
  }

  private static void require(boolean condition, Change change, String otherwise, long position) {
    if (!condition) {
      throw new IllegalArgumentException(
          "change "
              + change.order()
              + " of "
              + Position.format(change.position())
              + " "
              + otherwise
              + " "
              + Position.format(position));
    }
  }
}
