/** Rows as they travel: layout, types, the encoder of the envelope. */
package dev.duplex.schemas.row;
