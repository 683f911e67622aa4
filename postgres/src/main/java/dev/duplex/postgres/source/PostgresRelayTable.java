package dev.duplex.postgres.source;

import dev.duplex.database.source.RelayTable;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The table {@code duplex.relay} in PostgreSQL. */
public final class PostgresRelayTable implements RelayTable {
  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS duplex.relay (
        link            text PRIMARY KEY,
        epoch           bigint NOT NULL,
        checked_epoch   bigint NOT NULL DEFAULT 0,
        instance        text,
        host            text,
        claimed_at      timestamptz,
        copy_id         text,
        passed          bigint NOT NULL DEFAULT 0,
        spool_id        text,
        spool_instance  text,
        spool_host      text,
        spool_directory text,
        spool_first     bigint,
        spool_position  bigint,
        spool_since     timestamptz,
        lost_first      bigint,
        lost_last       bigint)
      """;

  // A copy makes everything before it unnecessary, also what lies in diff files or is lost.
  private static final String BEGIN_COPY =
      """
      UPDATE duplex.relay
         SET epoch = GREATEST(epoch, ?) + 1, checked_epoch = GREATEST(epoch, ?) + 1,
             copy_id = ?, instance = ?, host = ?, claimed_at = pg_catalog.now(), passed = 0,
             spool_id = NULL, spool_instance = NULL, spool_host = NULL, spool_directory = NULL,
             spool_first = NULL, spool_position = NULL, spool_since = NULL,
             lost_first = NULL, lost_last = NULL
       WHERE link = ? RETURNING epoch
      """;

  private final Connection session;
  private final Link link;

  public PostgresRelayTable(Connection session, Link link) {
    this.session = session;
    this.link = link;
  }

  @Override
  public boolean exists() throws SQLException {
    return hasTable() && row("SELECT link FROM duplex.relay WHERE link = ?").isPresent();
  }

  @Override
  public void create() throws SQLException {
    try (Statement statement = session.createStatement()) {
      if (!hasTable()) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS duplex");
      }
      statement.execute(CREATE);
    }
    update("INSERT INTO duplex.relay (link, epoch) VALUES (?, 0) ON CONFLICT DO NOTHING");
  }

  @Override
  public Optional<String> copyId() throws SQLException {
    return exists()
        ? row("SELECT copy_id FROM duplex.relay WHERE link = ? AND copy_id IS NOT NULL")
        : Optional.empty();
  }

  @Override
  public long beginCopy(String copyId, Instance instance, long knownEpoch) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(BEGIN_COPY)) {
      statement.setLong(1, knownEpoch);
      statement.setLong(2, knownEpoch);
      statement.setString(3, copyId);
      statement.setString(4, instance.name());
      statement.setString(5, instance.host());
      statement.setString(6, link.name());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("duplex.relay has no row for link " + link, "02000");
        }
        return row.getLong(1);
      }
    }
  }

  @Override
  public void endCopy() throws SQLException {
    update("UPDATE duplex.relay SET copy_id = NULL WHERE link = ?");
  }

  @Override
  public void remove() throws SQLException {
    if (!hasTable()) {
      return;
    }
    update("DELETE FROM duplex.relay WHERE link = ?");
    try (Statement statement = session.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT count(*) FROM duplex.relay")) {
        if (!row.next() || row.getLong(1) > 0) {
          return;
        }
      }
      statement.execute("DROP TABLE duplex.relay");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT pg_catalog.count(*) FROM pg_catalog.pg_class"
                  + " WHERE relnamespace = 'duplex'::regnamespace")) {
        if (!row.next() || row.getLong(1) > 0) {
          return;
        }
      }
      statement.execute("DROP SCHEMA duplex");
    }
  }

  private boolean hasTable() throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_catalog.to_regclass('duplex.relay') IS NOT NULL")) {
      return row.next() && row.getBoolean(1);
    }
  }

  private Optional<String> row(String sql) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(sql)) {
      statement.setString(1, link.name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
      }
    }
  }

  private void update(String sql) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(sql)) {
      statement.setString(1, link.name());
      statement.executeUpdate();
    }
  }
}
