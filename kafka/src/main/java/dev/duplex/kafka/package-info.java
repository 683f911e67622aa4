/**
 * What producer, consumer and status share of Kafka: client settings, topics, progress, failures.
 */
package dev.duplex.kafka;
