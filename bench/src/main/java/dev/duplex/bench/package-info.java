/** Benchmarks: Duplex and PostgreSQL's own logical replication on the same servers, in one run. */
package dev.duplex.bench;
