package dev.duplex.architecture.broken.lab;

import dev.duplex.architecture.broken.schemas.Contract;

/** Knows the contract. */
public record Servers(Contract contract) {}
