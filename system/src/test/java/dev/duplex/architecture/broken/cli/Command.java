package dev.duplex.architecture.broken.cli;

import dev.duplex.architecture.broken.bench.Load;

/** Knows the benchmarks. */
public record Command(Load load) {}
