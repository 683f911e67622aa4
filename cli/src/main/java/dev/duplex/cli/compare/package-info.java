/** {@code duplex compare}: reads both databases side by side and names the rows that differ. */
package dev.duplex.cli.compare;
