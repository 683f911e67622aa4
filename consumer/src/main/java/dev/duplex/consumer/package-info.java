/** The applier: who applies, the loop that does, and what it tells about itself. */
package dev.duplex.consumer;
