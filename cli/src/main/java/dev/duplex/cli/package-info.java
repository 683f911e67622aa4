/** The command {@code duplex}: its subcommands, exit codes and one-line errors. */
package dev.duplex.cli;
