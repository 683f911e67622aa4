/** Tables and columns, whatever the database. */
package dev.duplex.schemas.table;
