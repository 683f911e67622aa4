/** The application library: a data source whose commits know how far they have got. */
package dev.duplex.producer;
