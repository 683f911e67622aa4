/** The contract, without I/O: link, positions, reasons. */
package dev.duplex.schemas;
