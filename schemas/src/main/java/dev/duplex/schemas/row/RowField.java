package dev.duplex.schemas.row;

/**
 * A column as it lies in a row record.
 *
 * @param scale digits after the point of a {@link WireType#DECIMAL}, else 0
 */
public record RowField(String column, String sqlType, WireType carrier, boolean key, int scale) {}
