package dev.duplex.producer.relay;

import dev.duplex.config.PrimaryConfig;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for tables that match the configuration and are not in the publication: they were made
 * since {@code duplex init} ran. Owned by the relay's thread.
 */
final class UnpublishedTables {
  // A partition goes with its table; what is unlogged is not in the log.
  private static final String UNPUBLISHED =
      """
      SELECT n.nspname, c.relname
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
         AND n.nspname NOT IN ('duplex', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_publication_rel r
                           JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                          WHERE r.prrelid = c.oid AND p.pubname = ?)
       ORDER BY 1, 2
      """;

  private final Connection connection;
  private final Link link;
  private final PrimaryConfig config;

  UnpublishedTables(Connection connection, Link link, PrimaryConfig config) {
    this.connection = connection;
    this.link = link;
    this.config = config;
  }

  List<TableId> find() throws SQLException {
    List<TableId> tables = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(UNPUBLISHED)) {
      query.setString(1, link.slot());
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          TableId table = new TableId(rows.getString(1), rows.getString(2));
          if (config.replicates(table.schema(), table.name())) {
            tables.add(table);
          }
        }
      }
    }
    return tables;
  }
}
