package dev.duplex.consumer.apply;

import dev.duplex.database.SqlFailure;
import dev.duplex.schemas.Position;
import java.sql.SQLException;

/**
 * The secondary refuses a change that was applied by itself, in its place: an operator must act.
 */
public final class RefusedChangeException extends SQLException {
  RefusedChangeException(String table, String key, long position, SQLException cause) {
    super(
        "the secondary refuses a change of %s %s at position %s: %s"
            .formatted(table, key, Position.format(position), SqlFailure.line(cause)),
        cause.getSQLState(),
        cause);
  }
}
