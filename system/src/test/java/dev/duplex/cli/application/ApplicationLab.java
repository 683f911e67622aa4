package dev.duplex.cli.application;

import dev.duplex.cli.Twin;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** A link with one table, {@code account}, set up for an application. */
final class ApplicationLab implements AutoCloseable {
  private final Twin twin;

  /**
   * Sets it up.
   *
   * @param more YAML to add to the configuration
   */
  ApplicationLab(String more) throws Exception {
    twin = new Twin("status: { diverged-after: 3s }\n" + more);
    twin.onPrimary("CREATE TABLE account (id int PRIMARY KEY, balance bigint)");
    twin.succeed("init");
  }

  Twin twin() {
    return twin;
  }

  Lab servers() {
    return twin.lab();
  }

  Path config() {
    return twin.config();
  }

  /** Where the link keeps what it has on disk. */
  Path directory() {
    return twin.spool();
  }

  ChildProcess startConsumer() throws IOException {
    return twin.start("consumer", "consumer");
  }

  long onSecondary(String query) throws SQLException {
    try (Connection connection = twin.secondary()) {
      return Twin.number(connection, query);
    }
  }

  /** What the processes have logged, for the message of a failed test. */
  String logs() throws IOException {
    return twin.logs();
  }

  @Override
  public void close() {
    twin.close();
  }
}
