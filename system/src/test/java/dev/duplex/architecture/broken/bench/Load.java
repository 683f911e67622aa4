package dev.duplex.architecture.broken.bench;

import dev.duplex.architecture.broken.schemas.Contract;

/** Closes the circle. */
public record Load(Contract contract) {}
