package dev.duplex.architecture.broken.config;

import dev.duplex.architecture.broken.kafka.Topics;

/** Knows Kafka. */
public record Settings(Topics topics) {}
