/** Tests of the applier, most on a real broker, registry and database. */
package dev.duplex.consumer;
