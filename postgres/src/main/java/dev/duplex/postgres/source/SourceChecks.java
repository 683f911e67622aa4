package dev.duplex.postgres.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Whether a server and a role can feed a link; each problem is a line that says what to set. */
final class SourceChecks {
  private static final int OLDEST_VERSION = 140_000;

  private static final String STATE =
      """
      SELECT pg_catalog.current_setting('server_version_num')::int AS version,
             pg_catalog.current_setting('server_version') AS version_text,
             pg_catalog.pg_is_in_recovery() AS standby,
             pg_catalog.current_setting('wal_level') AS wal_level,
             pg_catalog.current_setting('max_replication_slots')::int AS max_slots,
             (SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots
               WHERE slot_name <> %1$s) AS other_slots,
             pg_catalog.current_setting('max_wal_senders')::int AS max_senders,
             (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
               WHERE backend_type = 'walsender' AND pid NOT IN (
                 SELECT active_pid FROM pg_catalog.pg_replication_slots
                  WHERE slot_name = %1$s AND active_pid IS NOT NULL)) AS other_senders,
             r.rolname, r.rolsuper, r.rolreplication,
             pg_catalog.current_database() AS database,
             pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')
               AS can_create,
             EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'duplex')
               AND EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = %1$s) AS created,
             coalesce((SELECT pg_catalog.pg_has_role(pubowner, 'USAGE')
                FROM pg_catalog.pg_publication WHERE pubname = %1$s), true) AS owns_publication
        FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
      """;

  private SourceChecks() {}

  /**
   * All problems; none if a link can begin.
   *
   * @param slot name of slot and publication, which need no quoting
   */
  static List<String> problems(Connection connection, String slot) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet state = statement.executeQuery(STATE.formatted("'" + slot + "'"))) {
      state.next();
      List<String> problems = new ArrayList<>();
      server(state, problems);
      role(state, slot, problems);
      return problems;
    }
  }

  private static void server(ResultSet state, List<String> problems) throws SQLException {
    if (state.getInt("version") < OLDEST_VERSION) {
      problems.add(
          "primary: PostgreSQL "
              + state.getString("version_text")
              + " is too old; Duplex needs 14 or newer");
    }
    if (state.getBoolean("standby")) {
      problems.add("primary: the server is a standby; give primary.jdbc-url of its primary");
    }
    if (!state.getString("wal_level").equals("logical")) {
      problems.add(
          "primary: wal_level is "
              + state.getString("wal_level")
              + "; set wal_level = logical in postgresql.conf and restart the server");
    }
    if (state.getInt("other_slots") >= state.getInt("max_slots")) {
      problems.add(
          "primary: all "
              + state.getInt("max_slots")
              + " replication slots are taken; raise max_replication_slots and restart the server,"
              + " or drop a slot that nobody needs");
    }
    if (state.getInt("other_senders") >= state.getInt("max_senders")) {
      problems.add(
          "primary: all "
              + state.getInt("max_senders")
              + " WAL senders are taken; raise max_wal_senders and restart the server");
    }
  }

  private static void role(ResultSet state, String publication, List<String> problems)
      throws SQLException {
    String role = state.getString("rolname");
    if (!state.getBoolean("rolsuper") && !state.getBoolean("rolreplication")) {
      problems.add(
          "primary: role "
              + role
              + " may not replicate; a superuser must run: ALTER ROLE "
              + role
              + " REPLICATION");
    }
    if (!state.getBoolean("can_create") && !state.getBoolean("created")) {
      problems.add(
          "primary: role "
              + role
              + " may not create schema and publication; run as the database's owner: GRANT CREATE"
              + " ON DATABASE "
              + state.getString("database")
              + " TO "
              + role);
    }
    if (!state.getBoolean("owns_publication")) {
      problems.add(
          "primary: publication "
              + publication
              + " belongs to another role; run: ALTER PUBLICATION "
              + publication
              + " OWNER TO "
              + role);
    }
  }
}
