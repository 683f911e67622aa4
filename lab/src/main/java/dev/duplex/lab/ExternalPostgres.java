package dev.duplex.lab;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A server that is running already, for tests that only need a database. */
final class ExternalPostgres implements PostgresServer {
  private static final String JDBC = "jdbc:";
  private static final int DEFAULT_PORT = 5432;

  private final URI uri;
  private final String username;
  private final String password;

  ExternalPostgres(String url, String username, String password) {
    if (!url.startsWith("jdbc:postgresql://")) {
      // The URL is not shown, as it may hold a password.
      throw new LabException("The URL must be jdbc:postgresql://host:port/database");
    }
    this.uri = URI.create(url.substring(JDBC.length()));
    this.username = username;
    this.password = password;
  }

  @Override
  public String jdbcUrl(String database) {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return JDBC + "postgresql://" + uri.getRawAuthority() + "/" + database + query;
  }

  @Override
  public String username() {
    return username;
  }

  @Override
  public String password() {
    return password;
  }

  @Override
  public int port() {
    return uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort();
  }

  /** Only checks that it answers. */
  @Override
  public void start() {
    try (Connection connection = connect("postgres")) {
      connection.getMetaData().getDatabaseMajorVersion();
    } catch (SQLException e) {
      throw new LabException("The external server does not answer: " + e.getMessage(), e);
    }
  }

  @Override
  public void stop() {
    throw unsupported("stop");
  }

  @Override
  public void kill() {
    throw unsupported("kill");
  }

  @Override
  public void freeze() {
    throw unsupported("freeze");
  }

  @Override
  public void thaw() {
    throw unsupported("thaw");
  }

  @Override
  public void clock(@Nullable OwnClock clock) {
    throw unsupported("set the clock of");
  }

  @Override
  public boolean isRunning() {
    return true;
  }

  /** Leaves the server as it is. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return "external PostgreSQL at " + uri.getRawAuthority();
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        "Cannot %s %s; run this without DUPLEX_LAB_POSTGRES_URL".formatted(what, this));
  }
}
