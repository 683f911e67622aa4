package dev.duplex.producer.spool;

/**
 * What is committed and not released. Whole files are released, so a file counts until its last
 * change is; of one that is published in part, the spool that publishes it knows what still waits.
 * All 0 if there is nothing.
 *
 * @param firstPosition of the first transaction in the files
 * @param lastPosition of the last transaction
 * @param transactions how many wait to be published
 * @param changes how many wait to be published
 * @param bytes of the files
 * @param oldestCommitMicros what waits was committed at this time or later: microseconds since
 *     1970, the primary's clock
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
