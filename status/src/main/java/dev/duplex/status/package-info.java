/** How a link is, from what its two sides report on the progress topic and the status topic. */
package dev.duplex.status;
