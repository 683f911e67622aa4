package dev.duplex.database.source;

/**
 * The link's place in the primary's log. The primary keeps its log from there on, and lets one
 * session read it.
 *
 * @param confirmed everything before this position is durable elsewhere
 * @param reader the session that reads it, 0 if none does
 */
public record Slot(long confirmed, int reader) {}
