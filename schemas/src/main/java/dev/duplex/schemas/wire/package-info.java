/** Confluent's wire format. */
package dev.duplex.schemas.wire;
