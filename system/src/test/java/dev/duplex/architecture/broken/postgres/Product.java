package dev.duplex.architecture.broken.postgres;

import dev.duplex.architecture.broken.consumer.Applier;

/** Knows a role. */
public record Product(Applier applier) {}
