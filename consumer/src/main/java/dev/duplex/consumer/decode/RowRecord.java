package dev.duplex.consumer.decode;

import dev.duplex.schemas.change.RowFormat;

/** A change of a table's row. */
public record RowRecord(RowFormat format) implements RecordFormat {}
