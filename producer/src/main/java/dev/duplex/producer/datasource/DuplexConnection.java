package dev.duplex.producer.datasource;

import dev.duplex.config.CommitMode;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a connection of the data source can do beyond JDBC; got by {@code
 * connection.unwrap(DuplexConnection.class)}. As every JDBC connection it is used by one thread at
 * a time.
 */
public interface DuplexConnection extends Connection {
  /** What commits of this connection wait for. */
  CommitMode getCommitMode();

  /**
   * Sets what commits of this connection wait for from now on, until it goes back to the pool. In
   * auto-commit mode this concerns the statements that are created from now on.
   *
   * @throws SQLException if the connection is closed
   */
  void setCommitMode(CommitMode mode) throws SQLException;

  /**
   * The receipt of the last commit of this connection since it was taken from the pool; null if
   * there was none, or if the last one failed. Also there after the connection was closed. In
   * auto-commit mode with {@link CommitMode#ASYNC} statements leave no receipt.
   */
  @Nullable CommitReceipt lastCommit();
}
