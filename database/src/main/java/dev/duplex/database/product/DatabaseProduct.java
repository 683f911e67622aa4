package dev.duplex.database.product;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.database.rows.TableSnapshot;
import dev.duplex.database.source.RelayTable;
import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.database.source.SourceControl;
import dev.duplex.database.source.SourceDatabase;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.database.target.TargetDatabase;
import dev.duplex.database.target.TargetSetup;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A kind of database that a link can connect. Its module names the class in {@code
 * META-INF/services}, so that nobody else has to know it ({@link java.util.ServiceLoader}).
 *
 * <p>Thread-safe; holds nothing. What it makes belongs to the caller.
 */
public interface DatabaseProduct {
  /** Whether a database with this address is one of this kind. */
  boolean accepts(String jdbcUrl);

  /**
   * Opens an ordinary session in autocommit mode, in which values have one text form; waits at most
   * 10 s for the server.
   *
   * @param application what the server shows as the session's name
   */
  Connection open(DatabaseConfig database, String application) throws SQLException;

  /** What a link needs on its primary, over a session of {@link #open}. */
  SourceSetup sourceSetup(Connection session, Link link);

  /**
   * A database as a link's source; connects to nothing yet.
   *
   * @param takeoverAfter for how long a server may hear nothing of a reader before it ends it
   */
  SourceDatabase source(Link link, DatabaseConfig primary, Duration takeoverAfter);

  /** Who has the link, over a session of {@link #open}, which remains the caller's to close. */
  SourceControl sourceControl(Connection session, Link link);

  /** Who may publish, over a session of {@link #open}. */
  RelayTable relayTable(Connection session, Link link);

  /** The link's place in the primary's log, over a connection of its own. */
  ReplicationSlot replicationSlot(DatabaseConfig primary, Link link) throws SQLException;

  /** A database as a target; connects to nothing yet. */
  TargetDatabase target(DatabaseConfig secondary, Time time);

  /**
   * What a link needs on its secondary.
   *
   * @param session of {@link #open}; belongs to the set-up from here on, whatever happens
   */
  TargetSetup targetSetup(Connection session) throws SQLException;

  /**
   * Takes a snapshot of all tables.
   *
   * @param session of {@link #open}; belongs to the snapshot from here on, whatever happens
   */
  TableSnapshot snapshot(Connection session) throws SQLException;
}
