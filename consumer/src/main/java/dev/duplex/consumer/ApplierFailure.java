package dev.duplex.consumer;

import dev.duplex.schemas.Reason;

/**
 * What keeps an applier from applying. It lasts until something is applied again, or nothing more
 * is there to apply: a session that can be opened ends nothing yet.
 *
 * @param state WAITING, FAILED or HALTED
 * @param sinceMicros when it began: microseconds since 1970, this machine's clock
 * @param sinceNanos the same as {@link dev.duplex.schemas.time.Time#nanos}
 */
record ApplierFailure(
    ApplierState state, Reason reason, String detail, long sinceMicros, long sinceNanos) {}
