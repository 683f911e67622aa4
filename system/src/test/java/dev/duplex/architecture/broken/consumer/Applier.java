package dev.duplex.architecture.broken.consumer;

import dev.duplex.architecture.broken.status.Monitor;

/** Knows the monitor. */
public record Applier(Monitor monitor) {}
