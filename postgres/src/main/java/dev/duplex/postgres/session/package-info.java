/** Sessions on a PostgreSQL server, with the settings that the promises rest on. */
package dev.duplex.postgres.session;
