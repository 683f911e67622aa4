/** Rows of whole tables in the order of a key, for those who compare or carry them. */
package dev.duplex.database.rows;
