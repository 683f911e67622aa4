package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PostgresServerIT {
  @TempDir private Path directory;

  @Test
  void shouldKeepDataPortAndPasswordOverKillAndStop() throws Exception {
    try (PostgresServer server = PostgresServer.local(directory)) {
      server.start();
      int port = server.port();
      server.createDatabase("Odd \"name\"");
      server.createDatabase("bank");
      execute(server, "CREATE TABLE t AS SELECT 1 AS n");
      try (Connection open = server.connect("bank")) {
        server.kill();
        assertThat(server.isRunning()).isFalse();
        assertThat(open.isValid(1)).isFalse();
      }
      assertThat(FreePorts.isFree(port)).isTrue();
      server.start();
      assertThat(single(server, "SELECT n FROM t")).isEqualTo("1");
      execute(server, "INSERT INTO t VALUES (2)");
      server.restart();
      assertThat(single(server, "SELECT count(*) FROM t")).isEqualTo("2");
      assertThat(server.port()).isEqualTo(port);
      assertThat(single(server, "SHOW wal_level")).isEqualTo("logical");
      assertThat(single(server, "SHOW fsync")).isEqualTo("on");
      assertThat(single(server, "SHOW server_encoding")).isEqualTo("UTF8");
      assertThat(Files.exists(directory.resolve("password"))).isFalse();
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl("bank"), "postgres", "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password");
    }
    assertThatThrownBy(() -> PostgresServer.local(directory).start())
        .isInstanceOf(LabException.class)
        .hasMessageContaining("choose another directory");
  }

  @Test
  void shouldLeaveNoSharedMemory() throws Exception {
    String segment;
    try (PostgresServer server = PostgresServer.local(directory)) {
      server.start();
      server.createDatabase("bank");
      assertThat(single(server, "SHOW dynamic_shared_memory_type")).isEqualTo("mmap");
      segment = segment();
    }
    assertThat(segments()).doesNotContain(segment);
  }

  /** Key and id, which the server notes for itself. */
  private String segment() throws IOException {
    return Files.readAllLines(directory.resolve("data/postmaster.pid"))
        .get(6)
        .strip()
        .replaceAll(" +", " ");
  }

  private static List<String> segments() throws IOException {
    return Files.readAllLines(Path.of("/proc/sysvipc/shm")).stream()
        .map(line -> line.strip().split(" +"))
        .map(columns -> columns[0] + " " + columns[1])
        .toList();
  }

  @Test
  void shouldFreezeAllItsProcesses() throws Exception {
    try (PostgresServer server = PostgresServer.local(directory)) {
      server.start();
      try (Connection connection = server.connect("postgres");
          Connection observer = server.connect("postgres")) {
        server.freeze();
        // A backend is frozen too, not only the postmaster: no answer within a second.
        assertThat(observer.isValid(1)).isFalse();
        server.thaw();
        assertThat(connection.isValid(10)).isTrue();
      }
      server.freeze();
    }
  }

  @Test
  void shouldRunVersion17WithOtherSettings() throws Exception {
    Map<String, String> settings = Map.of("wal_level", "replica", "max_wal_senders", "3");
    try (PostgresServer server = PostgresServer.local(directory, PostgresVersion.V17, settings)) {
      server.start();
      try (Connection connection = server.connect("postgres")) {
        assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(17);
      }
      server.createDatabase("bank");
      assertThat(single(server, "SHOW wal_level")).isEqualTo("replica");
      assertThat(single(server, "SHOW max_wal_senders")).isEqualTo("3");
      PostgresServer external =
          PostgresServer.external(
              server.jdbcUrl("bank") + "?ApplicationName=x", server.username(), server.password());
      external.start();
      assertThat(external.port()).isEqualTo(server.port());
      assertThat(single(external, "SELECT current_setting('application_name')")).isEqualTo("x");
      assertThatThrownBy(external::kill).isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(external::restart).isInstanceOf(UnsupportedOperationException.class);
      external.close();
      assertThat(server.isRunning()).isTrue();
    }
  }

  @Test
  void shouldTellWhyItDoesNotStart() {
    try (PostgresServer server =
        PostgresServer.local(directory, PostgresVersion.V18, Map.of("wal_level", "nonsense"))) {
      assertThatThrownBy(server::start)
          .isInstanceOf(LabException.class)
          .hasMessageContaining("postgres ended while it started")
          .hasMessageContaining("logical");
      assertThat(server.isRunning()).isFalse();
    }
  }

  private static void execute(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("bank");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String single(PostgresServer server, String sql) throws SQLException {
    try (Connection connection = server.connect("bank");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
