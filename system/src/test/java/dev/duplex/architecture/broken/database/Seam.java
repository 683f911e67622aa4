package dev.duplex.architecture.broken.database;

import dev.duplex.architecture.broken.producer.Relay;
import org.apache.kafka.clients.producer.Producer;

/** Knows Kafka and a role. */
public record Seam(Producer<byte[], byte[]> producer, Relay relay) {}
