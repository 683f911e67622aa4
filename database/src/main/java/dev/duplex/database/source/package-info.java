/**
 * What a database must be able to do as a source: let its log be read by one instance of the link
 * at a time, keep the link's row, show a snapshot, and say where a commit lies. Calls are for
 * batches, tables and images of rows, never for a column.
 */
package dev.duplex.database.source;
