package dev.duplex.consumer;

/**
 * Rows that were not as the changes implied, and were healed.
 *
 * @param count since the applier began
 * @param line the first one of the last group
 * @param micros when the last group was committed: microseconds since 1970, this machine's clock
 * @param nanos the same as {@link dev.duplex.schemas.time.Time#nanos}
 */
record Healed(long count, String line, long micros, long nanos) {
  static final Healed NOTHING = new Healed(0, "", 0, 0);
}
