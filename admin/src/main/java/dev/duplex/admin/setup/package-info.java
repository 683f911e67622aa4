/** Checks the prerequisites of a link and sets it up, with or without existing rows. */
package dev.duplex.admin.setup;
