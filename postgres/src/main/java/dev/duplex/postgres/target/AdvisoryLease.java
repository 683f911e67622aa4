package dev.duplex.postgres.target;

import dev.duplex.database.target.TargetLease;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.time.Time;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lease as an advisory lock on the secondary. Not thread-safe; ends with the connection. */
final class AdvisoryLease implements TargetLease {
  private static final Logger LOG = LoggerFactory.getLogger(AdvisoryLease.class);

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

  private record Watched(int pid, String application, @Nullable String moved) {}

  private final Connection connection;
  private final String name;
  private final Duration takeoverAfter;
  private final Time time;
  private @Nullable Watched watched;
  private long watchedSince;
  private @Nullable Holder holder;

  AdvisoryLease(Connection connection, Link link, Duration takeoverAfter, Time time) {
    this.connection = connection;
    this.time = time;
    this.name = "duplex.consumer." + link.name();
    this.takeoverAfter = takeoverAfter;
  }

  @Override
  public Optional<Holder> holder() {
    return Optional.ofNullable(holder);
  }

  @Override
  public boolean tryAcquire() throws SQLException {
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
        String application = row.getString("application_name");
        boolean own = row.getBoolean("own");
        holder = new Holder(application, own);
        Watched seen = new Watched(row.getInt("pid"), application, row.getString("moved"));
        if (own) {
          // Left behind by our own last connection, which the server has not noticed to be gone.
          terminate(seen, "is our own last one");
        } else if (!row.getBoolean("waits") || !Objects.equals(seen, watched)) {
          watched = seen;
          watchedSince = time.nanos();
        } else if (time.nanos() - watchedSince >= takeoverAfter.toNanos()) {
          terminate(seen, "has not moved for " + takeoverAfter.toMillis() + " ms");
        }
      }
    }
  }

  private void terminate(Watched session, String why) throws SQLException {
    LOG.warn(
        "session {} ({}) holds the role and {}: terminated", session.pid, session.application, why);
    watched = null;
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_catalog.pg_terminate_backend(?)")) {
      statement.setInt(1, session.pid);
      statement.execute();
    }
  }
}
