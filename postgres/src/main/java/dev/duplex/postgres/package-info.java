/** PostgreSQL as a source and as a target of a link. */
package dev.duplex.postgres;
