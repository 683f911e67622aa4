/** What the records of the changes topic are, by the registry's schemas. */
package dev.duplex.consumer.decode;
