/** What a process counts, for Prometheus. */
package dev.duplex.status.metrics;
