package dev.duplex.postgres.source;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.database.SqlFailure;
import dev.duplex.database.source.LogReader;
import dev.duplex.database.source.SessionLog;
import dev.duplex.database.source.SlotUnavailableException;
import dev.duplex.database.source.SourceControl;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.database.source.SourceSnapshot;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** A PostgreSQL primary. Thread-safe; connects to nothing by itself. */
public final class PostgresSource implements SourceDatabase {
  private static final int STATEMENT_TIMEOUT_MILLIS = 30_000;

  private final Link link;
  private final DatabaseConfig config;
  private final Duration takeoverAfter;

  /**
   * For one link.
   *
   * @param takeoverAfter how long the server may hear nothing of a reader before it ends it
   */
  public PostgresSource(Link link, DatabaseConfig config, Duration takeoverAfter) {
    this.link = link;
    this.config = config;
    this.takeoverAfter = takeoverAfter;
  }

  /**
   * What can be asked and written over a session that is open already.
   *
   * @param session in autocommit mode; remains the caller's to close
   */
  public static SourceControl control(Connection session, Link link) {
    return new PrimaryControl(session, link);
  }

  @Override
  public SourceControl openControl(Instance instance) throws SQLException {
    return new PrimaryControl(
        bounded(open(PrimaryControl.sessionName(link, instance.name()), Map.of())), link);
  }

  @Override
  public LogReader openLog() throws SQLException {
    Connection catalog = bounded(open("duplex relay catalog " + link, Map.of()));
    try {
      Connection replication = open("duplex relay " + link, ReplicationSession.PROPERTIES);
      return ReplicationSession.start(replication, catalog, link, takeoverAfter);
    } catch (SQLException e) {
      catalog.close();
      throw SqlFailure.isObjectInUse(e) || SqlFailure.isUndefinedObject(e)
          ? new SlotUnavailableException(e)
          : e;
    }
  }

  @Override
  public SourceSnapshot openSnapshot(String name) throws SQLException {
    return CopySnapshot.open(open("duplex copy", Map.of()), name);
  }

  @Override
  public SessionLog sessionLog(Connection session) throws SQLException {
    return new ApplicationSession(session);
  }

  private Connection open(String application, Map<String, String> properties) throws SQLException {
    return PostgresSession.open(
        config.jdbcUrl(),
        config.username(),
        config.password().map(Secret::reveal).orElse(null),
        application,
        properties);
  }

  private static Connection bounded(Connection connection) throws SQLException {
    connection.setNetworkTimeout(Runnable::run, STATEMENT_TIMEOUT_MILLIS);
    return connection;
  }
}
