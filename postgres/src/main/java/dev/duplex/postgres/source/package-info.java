/** PostgreSQL as a source: what a link needs on its primary. */
package dev.duplex.postgres.source;
