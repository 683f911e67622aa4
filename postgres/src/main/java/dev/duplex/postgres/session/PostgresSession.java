package dev.duplex.postgres.session;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Opens sessions in which values have one text form, whatever server, role or database set. */
public final class PostgresSession {
  private static final String TEXT_FORMS =
      "SET DateStyle = 'ISO, MDY'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';"
          + " SET bytea_output = 'hex'; SET extra_float_digits = 3; SET lc_monetary = 'C';"
          // How text is read: fragments of XML, and NULL in an array as null.
          + " SET xmloption = 'content'; SET array_nulls = on;"
          // Type names are then always qualified, and nobody can slip in a function of his own.
          + " SET search_path = '';"
          // What is committed here survives a crash, whatever is set for others.
          + " SET synchronous_commit = local;"
          // A secondary is often read-only by default, for everybody else.
          + " SET default_transaction_read_only = off;"
          + " SET default_transaction_isolation = 'read committed';"
          + " SET client_encoding = 'UTF8'; SET statement_timeout = 0; SET lock_timeout = 0";

  private PostgresSession() {}

  /**
   * Opens a session; waits at most 10 s for the server.
   *
   * @param application shown in pg_stat_activity
   * @param properties further properties of pgjdbc, e.g. {@code replication=database}
   */
  public static Connection open(
      String jdbcUrl,
      String username,
      @Nullable String password,
      String application,
      Map<String, String> properties)
      throws SQLException {
    Properties all = new Properties();
    all.setProperty("user", username);
    if (password != null) {
      all.setProperty("password", password);
    }
    all.setProperty("ApplicationName", application);
    all.setProperty("connectTimeout", "10");
    all.setProperty("loginTimeout", "10");
    all.setProperty("tcpKeepAlive", "true");
    all.setProperty("socketFactory", KeepAliveSocketFactory.class.getName());
    properties.forEach(all::setProperty);
    Connection connection = DriverManager.getConnection(jdbcUrl, all);
    try (Statement statement = connection.createStatement()) {
      statement.execute(TEXT_FORMS);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }
}
