package dev.duplex.architecture.broken.producer;

import dev.duplex.architecture.broken.postgres.Product;
import org.postgresql.PGConnection;

/** Knows the product. */
public record Relay(PGConnection connection, Product product) {}
