package dev.duplex.consumer.apply;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** What is left of all changes of one row in a window. Reused from window to window. */
final class FoldedRow {
  /** Where the row stands: before the window, and now. */
  enum State {
    /** Was not there, is there now. */
    NEW,
    /** Was there and is there, with other values. */
    CHANGED,
    /** Was there, is gone. */
    GONE,
    /** Came and went: must not be there. */
    GHOST
  }

  private static final byte[] NOTHING = new byte[0];

  State state = State.NEW;
  byte[] bytes = NOTHING;
  int image;
  @Nullable BitSet unchanged;
  byte[] keyBytes = NOTHING;
  int keyStart;
  int keyEnd;
  int hash;
  int bucket;

  void set(State newState, byte[] newBytes, int newImage, @Nullable BitSet newUnchanged) {
    state = newState;
    bytes = newBytes;
    image = newImage;
    unchanged = newUnchanged;
  }

  /** Lets go of the records. */
  void clear() {
    bytes = NOTHING;
    keyBytes = NOTHING;
    unchanged = null;
  }
}
