/** Checks and creates what a link needs on the primary and in Kafka, and takes it away again. */
package dev.duplex.producer.setup;
