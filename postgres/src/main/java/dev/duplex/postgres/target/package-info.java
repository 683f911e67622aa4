/**
 * PostgreSQL as a target: rows bound as arrays, the lease as an advisory lock, the checkpoint in
 * {@code duplex.applied}, tables made as the primary has them.
 */
package dev.duplex.postgres.target;
