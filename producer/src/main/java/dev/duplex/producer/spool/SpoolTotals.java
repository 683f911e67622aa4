package dev.duplex.producer.spool;

/**
 * What is committed and not released. Whole files are released, so a file counts until its last
 * change is. All 0 if there is nothing.
 *
 * @param firstPosition of the first transaction
 * @param lastPosition of the last transaction
 * @param transactions how many end here
 * @param changes how many there are
 * @param bytes on disk
 * @param oldestCommitMicros commit time of the first transaction: microseconds since 1970, the
 *     primary's clock
 */
public record SpoolTotals(
    long firstPosition,
    long lastPosition,
    long transactions,
    long changes,
    long bytes,
    long oldestCommitMicros) {
  public static final SpoolTotals NONE = new SpoolTotals(0, 0, 0, 0, 0, 0);
}
