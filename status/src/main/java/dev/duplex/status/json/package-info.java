/** The one form in which links, incidents and events are given to programs. */
package dev.duplex.status.json;
