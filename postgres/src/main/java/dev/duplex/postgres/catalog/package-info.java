/** Tables as PostgreSQL's catalog has them. */
package dev.duplex.postgres.catalog;
