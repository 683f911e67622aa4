package dev.duplex.architecture.broken.status;

import dev.duplex.architecture.broken.admin.Setup;

/** Knows what operators do. */
public record Monitor(Setup setup) {}
