/** Where changes come from, and Kafka, where progress goes, too; no other package knows Kafka. */
package dev.duplex.consumer.source;
