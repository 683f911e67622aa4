package dev.duplex.architecture.broken.admin;

import dev.duplex.architecture.broken.cli.Command;

/** Knows a command. */
public record Setup(Command command) {}
