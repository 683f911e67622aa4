package dev.duplex.producer.capture;

import dev.duplex.schemas.PrimaryIdentity;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What IDENTIFY_SYSTEM says on a replication connection. */
public record SystemIdentification(PrimaryIdentity identity, String database) {
  /** Asks the server; the catalog functions may still show the timeline of before a promotion. */
  public static SystemIdentification of(Connection replication) throws SQLException {
    try (Statement statement = replication.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new SystemIdentification(
          new PrimaryIdentity(row.getString("systemid"), row.getInt("timeline")),
          row.getString("dbname"));
    }
  }
}
