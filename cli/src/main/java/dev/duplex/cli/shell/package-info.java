/** What all commands share: the terminal, the options of a link, exit codes. */
package dev.duplex.cli.shell;
