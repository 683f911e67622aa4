/** The HTTP ports: the monitor's with API, events and page, and those of the services. */
package dev.duplex.status.http;
