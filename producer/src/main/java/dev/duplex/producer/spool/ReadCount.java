package dev.duplex.producer.spool;

/**
 * How much was read, counted since the spool was empty last.
 *
 * @param transactions that were read to their end
 * @param changes of those
 * @param commitMicros commit time of the last one: microseconds since 1970, the primary's clock
 */
public record ReadCount(long transactions, long changes, long commitMicros) {
  static final ReadCount NONE = new ReadCount(0, 0, 0);
}
