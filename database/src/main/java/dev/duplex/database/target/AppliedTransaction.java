package dev.duplex.database.target;

/**
 * The transaction of the primary that was applied last.
 *
 * @param position see {@link dev.duplex.schemas.Position}
 * @param id the primary's number of it; 0 if the position is the start of the link or a copy's
 * @param commitMicros microseconds since 1970, the primary's clock; 0 if unknown
 */
public record AppliedTransaction(long position, long id, long commitMicros) {}
