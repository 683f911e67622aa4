package dev.duplex.consumer;

import dev.duplex.schemas.Reason;
import org.jspecify.annotations.Nullable;

/**
 * How an applier gets on.
 *
 * @param reason what keeps it from applying; null if nothing does
 * @param detail the same in one line for people; empty if there is nothing to say
 * @param sinceNanos {@link dev.duplex.schemas.time.Time#nanos} of the last change of state
 * @param groups database transactions that this process has committed with rows in them
 * @param groupNanos how long they took in all, each from its first row until it was committed
 * @param replays how often a group was read again and applied change by change
 * @param retries how often it was tried again because something was away or refused
 */
public record ApplierFigures(
    @Nullable Reason reason,
    String detail,
    long sinceNanos,
    long groups,
    long groupNanos,
    long replays,
    long retries) {}
