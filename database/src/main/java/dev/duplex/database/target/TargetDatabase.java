package dev.duplex.database.target;

import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import java.sql.SQLException;

/** A database that follows another one. Connects to nothing by itself. Thread-safe. */
public interface TargetDatabase {
  /**
   * Opens a session to apply with; waits at most some seconds for the server. It may look and take
   * the lease, but write only after {@link TargetSession#claim}.
   *
   * @param instance under whose name others see the session
   * @throws dev.duplex.schemas.failure.SetupException if the server refuses the user or what the
   *     user needs
   * @throws SQLException if the server is away
   */
  TargetSession open(Link link, Instance instance) throws SQLException;
}
