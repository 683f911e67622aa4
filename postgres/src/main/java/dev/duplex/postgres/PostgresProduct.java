package dev.duplex.postgres;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.database.product.DatabaseProduct;
import dev.duplex.database.rows.TableSnapshot;
import dev.duplex.database.source.RelayTable;
import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.database.source.SourceControl;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.database.target.TargetDatabase;
import dev.duplex.database.target.TargetSetup;
import dev.duplex.postgres.catalog.PostgresTableSnapshot;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.postgres.source.PostgresRelayTable;
import dev.duplex.postgres.source.PostgresReplicationSlot;
import dev.duplex.postgres.source.PostgresSource;
import dev.duplex.postgres.source.PostgresSourceSetup;
import dev.duplex.postgres.target.PostgresTarget;
import dev.duplex.postgres.target.PostgresTargetSetup;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** PostgreSQL 14 and newer. */
public final class PostgresProduct implements DatabaseProduct {
  private static final String ADDRESS = "jdbc:postgresql:";

  @Override
  public boolean accepts(String jdbcUrl) {
    return jdbcUrl.startsWith(ADDRESS);
  }

  @Override
  public Connection open(DatabaseConfig database, String application) throws SQLException {
    return PostgresSession.open(
        database.jdbcUrl(),
        database.username(),
        database.password().map(Secret::reveal).orElse(null),
        application,
        Map.of());
  }

  @Override
  public SourceSetup sourceSetup(Connection session, Link link) {
    return new PostgresSourceSetup(session, link);
  }

  @Override
  public SourceDatabase source(Link link, DatabaseConfig primary, Duration takeoverAfter) {
    return new PostgresSource(link, primary, takeoverAfter);
  }

  @Override
  public SourceControl sourceControl(Connection session, Link link) {
    return PostgresSource.control(session, link);
  }

  @Override
  public RelayTable relayTable(Connection session, Link link) {
    return new PostgresRelayTable(session, link);
  }

  @Override
  public ReplicationSlot replicationSlot(DatabaseConfig primary, Link link) throws SQLException {
    return PostgresReplicationSlot.open(primary, link, Time.system());
  }

  @Override
  public TargetDatabase target(DatabaseConfig secondary, Time time) {
    return new PostgresTarget(secondary, time);
  }

  @Override
  public TargetSetup targetSetup(Connection session) throws SQLException {
    return PostgresTargetSetup.over(session);
  }

  @Override
  public TableSnapshot snapshot(Connection session) throws SQLException {
    return PostgresTableSnapshot.begin(session);
  }
}
