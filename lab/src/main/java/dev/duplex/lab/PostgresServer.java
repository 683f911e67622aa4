package dev.duplex.lab;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** A PostgreSQL server: one of the laboratory's own, or one that is running already. */
public sealed interface PostgresServer extends Server permits LocalPostgres, ExternalPostgres {
  /** A server of the version that {@link PostgresVersion#selected()} tells; not started. */
  static PostgresServer local(Path directory) {
    return local(directory, PostgresVersion.selected(), Map.of());
  }

  /**
   * A server on a loopback port; not started.
   *
   * @param directory its own, below it are data and log; created if it does not exist
   * @param settings for postgresql.conf, on top of {@code wal_level=logical} and the like
   */
  static PostgresServer local(
      Path directory, PostgresVersion version, Map<String, String> settings) {
    return new LocalPostgres(directory, version, settings);
  }

  /**
   * A server that is running already and cannot be started, ended or frozen from here.
   *
   * @param url {@code jdbc:postgresql://host:port/database}, whose database is replaced as needed
   */
  static PostgresServer external(String url, String username, String password) {
    return new ExternalPostgres(url, username, password);
  }

  /**
   * The server that the environment variables {@code DUPLEX_LAB_POSTGRES_URL}, {@code
   * DUPLEX_LAB_POSTGRES_USER} and {@code DUPLEX_LAB_POSTGRES_PASSWORD} name, if any.
   */
  static Optional<PostgresServer> externalFromEnvironment() {
    Map<String, String> environment = System.getenv();
    return Optional.ofNullable(environment.get("DUPLEX_LAB_POSTGRES_URL"))
        .map(
            url ->
                external(
                    url,
                    environment.getOrDefault("DUPLEX_LAB_POSTGRES_USER", "postgres"),
                    environment.getOrDefault("DUPLEX_LAB_POSTGRES_PASSWORD", "")));
  }

  /** The JDBC URL of one of its databases, without name and password. */
  String jdbcUrl(String database);

  String username();

  String password();

  int port();

  /** Opens a connection as superuser; the caller closes it. Any thread. */
  default Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", username());
    properties.setProperty("password", password());
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "10");
    return DriverManager.getConnection(jdbcUrl(database), properties);
  }

  /** Creates an empty database. */
  default void createDatabase(String name) throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE \"%s\"".formatted(name.replace("\"", "\"\"")));
    }
  }

  /** The end of the log, as the server writes it. */
  default String logEnd(String database) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return row.getString(1);
    }
  }
}
