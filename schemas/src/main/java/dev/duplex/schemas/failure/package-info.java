/** Failures, sorted by what the caller does: retry, stand by, halt, correct the set-up. */
package dev.duplex.schemas.failure;
