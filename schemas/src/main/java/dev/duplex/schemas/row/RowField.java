package dev.duplex.schemas.row;

/**
 * A column as it lies in a row record.
 *
 * @param scale digits after the point of a {@link Carrier#DECIMAL}, else 0
 */
public record RowField(String column, String sqlType, Carrier carrier, boolean key, int scale) {}
