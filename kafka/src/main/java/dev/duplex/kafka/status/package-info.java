/** The status topic, and the outbox in which events wait until Kafka has them. */
package dev.duplex.kafka.status;
