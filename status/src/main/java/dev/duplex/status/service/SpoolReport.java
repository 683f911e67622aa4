package dev.duplex.status.service;

/**
 * What waits in diff files; all 0 if there are none.
 *
 * @param oldestCommitMicros microseconds since 1970, the primary's clock
 */
public record SpoolReport(
    long transactions,
    long changes,
    long bytes,
    long firstPosition,
    long lastPosition,
    long oldestCommitMicros) {}
