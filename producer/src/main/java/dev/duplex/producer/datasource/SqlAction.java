package dev.duplex.producer.datasource;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A call of JDBC, with whatever it returns. */
@FunctionalInterface
interface SqlAction {
  @Nullable Object run() throws SQLException;
}
