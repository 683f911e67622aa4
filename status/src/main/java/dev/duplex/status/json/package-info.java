/** The one form in which links, incidents and events are told to programs. */
package dev.duplex.status.json;
