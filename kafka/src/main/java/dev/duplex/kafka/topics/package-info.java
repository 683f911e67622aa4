/** A link's topics themselves: how they are created, and whether they are still the same ones. */
package dev.duplex.kafka.topics;
