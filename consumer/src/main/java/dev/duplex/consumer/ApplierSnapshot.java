package dev.duplex.consumer;

import org.jspecify.annotations.Nullable;

/**
 * What there is to see of an applier at one moment.
 *
 * @param trouble null if there is none
 * @param moved whether something was applied, or nothing was left to apply, since it last began
 * @param atEnd whether nothing was left to apply at some time since it last began
 */
record ApplierSnapshot(
    ApplierStatus status,
    @Nullable ApplierFailure trouble,
    boolean moved,
    boolean atEnd,
    Healed healed) {}
