/** Publishes each transaction right after its local commit; owns the Kafka side of the producer. */
package dev.duplex.producer.relay;
