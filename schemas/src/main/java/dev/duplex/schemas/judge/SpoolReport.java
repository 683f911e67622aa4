package dev.duplex.schemas.judge;

/**
 * What waits in diff files; all 0 if there are none.
 *
 * @param transactions how many wait to be published
 * @param changes how many wait to be published
 * @param bytes of the files, which stay until all that is in them is published
 * @param firstPosition of the first transaction in the files
 * @param lastPosition of the last one
 * @param oldestCommitMicros what waits was committed at this time or later: microseconds since
 *     1970, the primary's clock
 * @param ageMicros how long ago that was, by the primary's clock; microseconds
 */
public record SpoolReport(
    long transactions,
    long changes,
    long bytes,
    long firstPosition,
    long lastPosition,
    long oldestCommitMicros,
    long ageMicros) {}
