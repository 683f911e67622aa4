package dev.duplex.cli.shell;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.database.SqlFailure;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.failure.SetupException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Opens sessions for commands. */
public final class Session {
  private Session() {}

  /**
   * Opens one, or says in one line why not.
   *
   * @param side {@code primary} or {@code secondary}, the section of the configuration
   */
  public static Connection open(String side, DatabaseConfig database, String command) {
    try {
      return PostgresSession.open(
          database.jdbcUrl(),
          database.username(),
          database.password().map(Secret::reveal).orElse(null),
          "duplex " + command,
          Map.of());
    } catch (SQLException e) {
      throw new SetupException(
          side
              + ": cannot connect: "
              + SqlFailure.line(e)
              + "; check "
              + side
              + ".jdbc-url, username and password, and that the server runs",
          e);
    }
  }
}
