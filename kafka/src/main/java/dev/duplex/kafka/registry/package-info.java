/** The schema registry: ids and schemas, and messages in the Confluent wire format. */
package dev.duplex.kafka.registry;
