/** What the secondary remembers of its link: the table {@code duplex.applied}. */
package dev.duplex.consumer.checkpoint;
