/**
 * PostgreSQL as a source: the log as pgoutput tells it, the link's row, slot and publication,
 * snapshots, and what a session of the application has committed.
 */
package dev.duplex.postgres.source;
