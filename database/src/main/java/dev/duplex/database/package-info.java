/** What a database must be able to do; failures sorted by what the caller does. */
package dev.duplex.database;
