package dev.duplex.producer.datasource;

import com.zaxxer.hikari.HikariDataSource;
import dev.duplex.config.CommitConfig;
import dev.duplex.database.source.SourceDatabase;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A HikariCP pool whose connections are {@link DuplexConnection}s. Thread-safe.
 *
 * <p>The pool itself is there by {@code unwrap(HikariDataSource.class)}; commits over a connection
 * that was taken from it directly wait for nothing and leave no receipt.
 */
public final class DuplexDataSource implements DataSource {
  private final HikariDataSource pool;
  private final SourceDatabase primary;
  private final CommitConfig config;
  private final CommitGate gate;

  /**
   * Uses a pool, which remains the caller's to close.
   *
   * @param primary whose connections the pool has
   */
  public DuplexDataSource(
      HikariDataSource pool, SourceDatabase primary, CommitConfig config, CommitGate gate) {
    this.pool = pool;
    this.primary = primary;
    this.config = config;
    this.gate = gate;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return new PooledConnection(pool.getConnection(), primary, config, gate);
  }

  /** Not supported by the pool: user and password are those of {@code primary}. */
  @Override
  public Connection getConnection(String username, String password) throws SQLException {
    return new PooledConnection(pool.getConnection(username, password), primary, config, gate);
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(this) ? type.cast(this) : pool.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || pool.isWrapperFor(type);
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return pool.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter writer) throws SQLException {
    pool.setLogWriter(writer);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    pool.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return pool.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("com.zaxxer.hikari");
  }

  @Override
  public String toString() {
    return "Duplex " + pool;
  }
}
