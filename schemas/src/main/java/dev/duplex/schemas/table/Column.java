package dev.duplex.schemas.table;

/**
 * A replicated column.
 *
 * @param key whether it belongs to the replica identity, which addresses the row
 */
public record Column(String name, SqlType type, boolean key) {}
