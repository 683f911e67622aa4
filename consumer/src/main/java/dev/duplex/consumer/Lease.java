package dev.duplex.consumer;

import dev.duplex.schemas.Link;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may apply a link: the session that holds an advisory lock on the secondary. A holder that is
 * dead or frozen keeps its lock as long as its session lives, so whoever waits watches the session,
 * by the own clock, and terminates it when it has not moved for too long.
 *
 * <p>Not thread-safe; ends with the connection.
 */
final class Lease {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private static final String TRY =
      "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended(?, 0))";

  private static final String HOLDER =
      """
      SELECT a.pid, a.application_name, a.state_change::text AS moved,
             a.application_name = pg_catalog.current_setting('application_name') AS own,
             a.state LIKE 'idle%' OR a.state = 'active' AND a.wait_event_type = 'Client' AS waits
        FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        JOIN pg_catalog.pg_database d ON d.oid = l.database
       CROSS JOIN pg_catalog.hashtextextended(?, 0) AS k
       WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
         AND d.datname = pg_catalog.current_database()
         AND l.classid::bigint = (k >> 32) & 4294967295 AND l.objid::bigint = k & 4294967295
      """;

  private record Holder(int pid, String application, @Nullable String moved) {}

  private final Connection connection;
  private final String name;
  private final Duration takeoverAfter;
  private @Nullable Holder watched;
  private long watchedSince;
  private @Nullable String other;

  Lease(Connection connection, Link link, Duration takeoverAfter) {
    this.connection = connection;
    this.name = "duplex.consumer." + link.name();
    this.takeoverAfter = takeoverAfter;
  }

  /** Who holds it instead, as far as it was seen. */
  @Nullable String other() {
    return other;
  }

  /** Tries once, and removes a holder that does not live. Call it again in half a second. */
  boolean tryAcquire() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(TRY)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getBoolean(1)) {
          return true;
        }
      }
    }
    watchHolder();
    connection.commit(); // else what is seen of other sessions stays the same
    return false;
  }

  private void watchHolder() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return;
        }
        other = row.getString("application_name");
        Holder holder = new Holder(row.getInt("pid"), other, row.getString("moved"));
        if (row.getBoolean("own")) {
          // Left behind by our own last connection, which the server has not noticed to be gone.
          terminate(holder, "is our own last one");
        } else if (!row.getBoolean("waits") || !Objects.equals(holder, watched)) {
          watched = holder;
          watchedSince = System.nanoTime();
        } else if (System.nanoTime() - watchedSince >= takeoverAfter.toNanos()) {
          terminate(holder, "has not moved for " + takeoverAfter.toMillis() + " ms");
        }
      }
    }
  }

  private void terminate(Holder holder, String why) throws SQLException {
    LOG.warn(
        "session {} ({}) holds the role and {}: terminated", holder.pid, holder.application, why);
    watched = null;
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_catalog.pg_terminate_backend(?)")) {
      statement.setInt(1, holder.pid);
      statement.execute();
    }
  }
}
