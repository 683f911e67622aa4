package dev.duplex.architecture.broken.consumer.apply;

import org.apache.kafka.clients.consumer.Consumer;

/** Knows Kafka. */
public record Writer(Consumer<byte[], byte[]> consumer) {}
