package dev.duplex.architecture.broken.kafka;

import dev.duplex.architecture.broken.database.Seam;
import java.sql.Connection;

/** Knows a database. */
public record Topics(Connection connection, Seam seam) {}
