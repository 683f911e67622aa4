package dev.duplex.database.source;

/**
 * A moment of the primary.
 *
 * @param micros its clock, microseconds since 1970
 * @param logEnd the end of its log on disk, read after the clock
 */
public record Moment(long micros, long logEnd) {}
