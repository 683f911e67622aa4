/**
 * Proof that Confluent's client works under its own names, and that the artifact holds what it
 * must.
 */
package dev.duplex.schemas.registry;
