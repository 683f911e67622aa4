/**
 * Carries a link's existing rows through its changes topic, consistent with the stream after it.
 */
package dev.duplex.producer.copy;
