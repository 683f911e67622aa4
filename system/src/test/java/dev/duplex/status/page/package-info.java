/**
 * The dashboard page in a real browser, against a server that tells scenes as the monitor would.
 */
package dev.duplex.status.page;
