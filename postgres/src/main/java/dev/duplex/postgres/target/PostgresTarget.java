package dev.duplex.postgres.target;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.database.target.TargetDatabase;
import dev.duplex.database.target.TargetSession;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;

/** A PostgreSQL secondary. */
public final class PostgresTarget implements TargetDatabase {
  private final DatabaseConfig database;
  private final Time time;

  /** Connects to nothing yet. */
  public PostgresTarget(DatabaseConfig database, Time time) {
    this.database = database;
    this.time = time;
  }

  @Override
  public TargetSession open(Link link, Instance instance) throws SQLException {
    return PostgresTargetSession.open(database, link, instance, time);
  }
}
