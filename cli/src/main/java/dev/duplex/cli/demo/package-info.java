/** {@code duplex demo}: a whole link on this machine, under load, compared at the end. */
package dev.duplex.cli.demo;
