/** What a monitor knows of all its links. */
package dev.duplex.status.monitor;
