/** Changes into the secondary: folded and bound as arrays, or one by one as they happened. */
package dev.duplex.consumer.apply;
