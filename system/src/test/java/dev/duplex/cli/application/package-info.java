/** The application's library against the whole system. */
package dev.duplex.cli.application;
