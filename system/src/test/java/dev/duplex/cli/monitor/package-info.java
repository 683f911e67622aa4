/** The monitor with real servers, services and a real browser. */
package dev.duplex.cli.monitor;
