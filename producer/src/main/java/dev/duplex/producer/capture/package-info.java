/**
 * The primary's committed transactions, in commit order, read from its log. Knows no Kafka type.
 */
package dev.duplex.producer.capture;
