package dev.duplex.database.target;

/**
 * A copy of existing rows that is not complete yet.
 *
 * @param order number of its rows that are applied
 */
public record CopyProgress(String id, long order) {}
