/** What tests of the applier stand in for its source, its secondary and its time. */
package dev.duplex.consumer.testing;
