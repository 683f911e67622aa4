/** The services: {@code duplex producer} and {@code duplex consumer}. */
package dev.duplex.cli.service;
