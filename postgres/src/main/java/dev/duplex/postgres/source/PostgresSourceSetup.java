package dev.duplex.postgres.source;

import dev.duplex.config.PrimaryConfig;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.database.source.TableChoice;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A link's primary in PostgreSQL: checks, replica identities and the publication. */
public final class PostgresSourceSetup implements SourceSetup {
  private final Link link;
  private final Connection session;

  public PostgresSourceSetup(Connection session, Link link) {
    this.session = session;
    this.link = link;
  }

  @Override
  public boolean lock() throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            "SELECT pg_catalog.pg_try_advisory_lock("
                + "pg_catalog.hashtext('duplex.init'), pg_catalog.hashtext(?))")) {
      statement.setString(1, link.name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Override
  public List<String> problems() throws SQLException {
    return SourceChecks.problems(session, link.slot());
  }

  @Override
  public TableChoice chooseTables(PrimaryConfig config) throws SQLException {
    return new TableSelection(session, config).choose(link.slot());
  }

  @Override
  public boolean hasPublication() throws SQLException {
    try (PreparedStatement statement =
        session.prepareStatement(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = ?)")) {
      statement.setString(1, link.slot());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Override
  public void publish(TableChoice choice) throws SQLException {
    String tables = choice.added().stream().map(TableId::sql).collect(Collectors.joining(", "));
    String publication = SqlName.quote(link.slot());
    session.setAutoCommit(false);
    try (Statement statement = session.createStatement()) {
      for (TableId table : choice.fullRow()) {
        statement.execute("ALTER TABLE " + table.sql() + " REPLICA IDENTITY FULL");
      }
      if (hasPublication()) {
        statement.execute("ALTER PUBLICATION " + publication + " ADD TABLE " + tables);
      } else {
        statement.execute(
            "CREATE PUBLICATION "
                + publication
                + " FOR TABLE "
                + tables
                + " WITH (publish_via_partition_root = true)");
      }
      session.commit();
    } finally {
      if (!session.getAutoCommit()) {
        session.rollback();
        session.setAutoCommit(true);
      }
    }
  }

  @Override
  public void dropPublication() throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute("DROP PUBLICATION IF EXISTS " + SqlName.quote(link.slot()));
    }
  }

  @Override
  public List<TableId> publishedTables() throws SQLException {
    List<TableId> tables = new ArrayList<>();
    try (PreparedStatement statement =
        session.prepareStatement(
            "SELECT schemaname, tablename FROM pg_catalog.pg_publication_tables"
                + " WHERE pubname = ? ORDER BY 1, 2")) {
      statement.setString(1, link.slot());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables;
  }

  @Override
  public long clockMicros() throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint")) {
      row.next();
      return row.getLong(1);
    }
  }
}
