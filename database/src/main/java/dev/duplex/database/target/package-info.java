/**
 * What a database must be able to do as a target: the applier's session with its lease, its
 * checkpoint and its tables, and what setting up needs. Rows pass as batches of one table; what is
 * folded, grouped and replayed is decided by the applier.
 */
package dev.duplex.database.target;
