/** From the bytes of a record to a change: by position, without an object for each value. */
package dev.duplex.consumer.decode;
