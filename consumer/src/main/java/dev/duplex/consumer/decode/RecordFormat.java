package dev.duplex.consumer.decode;

/** What the schema of a record on the changes topic says that it is. */
public sealed interface RecordFormat permits RowRecord, ControlFormat {}
