package dev.duplex.consumer;

import dev.duplex.database.target.Checkpoint;
import org.jspecify.annotations.Nullable;

/**
 * What an applier knows of itself at one moment.
 *
 * @param checkpoint how far it is; null before it had the role
 * @param detail one line for people when something is wrong
 */
public record ApplierStatus(
    ApplierState state, @Nullable Checkpoint checkpoint, @Nullable String detail) {}
