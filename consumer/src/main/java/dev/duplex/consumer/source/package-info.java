/** Kafka: where changes come from and where progress goes; no other package knows it. */
package dev.duplex.consumer.source;
