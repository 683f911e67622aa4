/** {@code duplex remove}: takes away what {@code init} made. */
package dev.duplex.cli.remove;
