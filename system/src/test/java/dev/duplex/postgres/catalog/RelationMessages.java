package dev.duplex.postgres.catalog;

import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Table shapes as pgoutput describes them, from a slot that is read by SQL. Source: PostgreSQL
 * documentation, "Logical Replication Message Formats", Relation.
 */
final class RelationMessages {
  private static final String READ =
      "SELECT data FROM pg_catalog.pg_logical_slot_get_binary_changes('relations', NULL, NULL,"
          + " 'proto_version', '1', 'publication_names', 'relations')";

  /** The innermost type of a domain, which has no modifier. */
  private static final String TYPE =
      """
      WITH RECURSIVE base(oid, typtype, typbasetype) AS (
        SELECT oid, typtype, typbasetype FROM pg_catalog.pg_type WHERE oid = ?
        UNION ALL
        SELECT t.oid, t.typtype, t.typbasetype FROM base
          JOIN pg_catalog.pg_type t ON t.oid = base.typbasetype WHERE base.typtype = 'd')
      SELECT pg_catalog.format_type(oid, -1), (SELECT count(*) FROM base) > 1
        FROM base WHERE typtype <> 'd'
      """;

  private final Connection session;

  /** Publishes all tables. */
  RelationMessages(Connection session) throws SQLException {
    this.session = session;
    try (Statement statement = session.createStatement()) {
      statement.execute(
          "CREATE PUBLICATION relations FOR ALL TABLES WITH (publish_via_partition_root = true)");
      statement.execute(
          "SELECT pg_catalog.pg_create_logical_replication_slot('relations', 'pgoutput')");
    }
  }

  /** The only shape that truncating a table makes pgoutput send. */
  Table afterTruncate(TableId table) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute("TRUNCATE " + table.sql());
      List<byte[]> relations = new ArrayList<>();
      try (ResultSet messages = statement.executeQuery(READ)) {
        while (messages.next()) {
          byte[] message = messages.getBytes(1);
          if (message[0] == 'R') {
            relations.add(message);
          }
        }
      }
      if (relations.size() != 1) {
        throw new AssertionError("pgoutput described " + relations.size() + " tables");
      }
      return read(ByteBuffer.wrap(relations.get(0), 1, relations.get(0).length - 1));
    }
  }

  private Table read(ByteBuffer message) throws SQLException {
    message.getInt(); // the relation's number
    TableId id = new TableId(text(message), text(message));
    boolean fullRow = message.get() == 'f';
    int count = message.getShort();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean key = message.get() == 1;
      String name = text(message);
      columns.add(new Column(name, type(message.getInt(), message.getInt()), key));
    }
    return new Table(id, columns, fullRow);
  }

  private SqlType type(int oid, int modifier) throws SQLException {
    try (PreparedStatement statement = session.prepareStatement(TYPE)) {
      statement.setLong(1, Integer.toUnsignedLong(oid));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new SqlType(row.getString(1), row.getBoolean(2) ? -1 : modifier);
      }
    }
  }

  private static String text(ByteBuffer message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte next = message.get(); next != 0; next = message.get()) {
      bytes.write(next);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
