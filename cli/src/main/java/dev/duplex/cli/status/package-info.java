/** {@code duplex status}: how a link is, for people and programs. */
package dev.duplex.cli.status;
