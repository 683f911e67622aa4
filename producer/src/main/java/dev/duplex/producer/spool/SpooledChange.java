package dev.duplex.producer.spool;

import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.EnvelopeSchema;

/**
 * A change that was read. Schema and format are the same objects for all changes of equal schemas
 * that one reader gives out.
 *
 * @param change its bytes have room for the wire format's header in front; the object is filled
 *     again by the reader's next call, the bytes are not
 */
public record SpooledChange(EnvelopeSchema schema, RowFormat format, Change change) {}
