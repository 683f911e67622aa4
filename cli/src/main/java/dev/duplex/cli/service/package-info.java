/** The services: {@code duplex producer}, {@code duplex consumer} and {@code duplex monitor}. */
package dev.duplex.cli.service;
