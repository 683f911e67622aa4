/** {@code duplex diff}: looks into diff files. */
package dev.duplex.cli.diff;
