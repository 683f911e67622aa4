/** {@code duplex init}: checks prerequisites and sets a link up, with or without existing rows. */
package dev.duplex.cli.init;
