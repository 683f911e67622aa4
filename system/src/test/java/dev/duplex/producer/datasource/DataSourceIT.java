package dev.duplex.producer.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.duplex.config.CommitConfig;
import dev.duplex.config.CommitMode;
import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.Secret;
import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.SharedLab;
import dev.duplex.postgres.source.PostgresSource;
import dev.duplex.schemas.Link;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits and what does not, on a real server; the link is as far as the test says. */
class DataSourceIT {
  private static final String DATABASE = SharedLab.newName();

  private static PostgresServer server;

  private final RecordingGate gate = new RecordingGate();
  private HikariDataSource pool;

  @BeforeAll
  static void startServer() throws Exception {
    server = SharedLab.get().primary();
    server.createDatabase(DATABASE);
    try (Connection connection = server.connect(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id int PRIMARY KEY)");
      statement.execute("CREATE TABLE u (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
      statement.execute(
          "CREATE FUNCTION writing(i int) RETURNS int LANGUAGE sql AS"
              + " 'INSERT INTO t VALUES (i) RETURNING id'");
      statement.execute(
          "CREATE PROCEDURE committing(i int) LANGUAGE plpgsql AS"
              + " 'BEGIN INSERT INTO t VALUES (i); COMMIT; END'");
    }
  }

  @BeforeEach
  void openPool() throws Exception {
    pool = new HikariDataSource();
    pool.setJdbcUrl(server.jdbcUrl(DATABASE));
    pool.setUsername(server.username());
    pool.setPassword(server.password());
    pool.setMaximumPoolSize(1);
    pool.setConnectionTimeout(5_000);
    execute("TRUNCATE t");
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  @Test
  void shouldWaitForACommitByPosition() throws Exception {
    try (Connection connection = connect(CommitMode.APPLIED)) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
      assertThat(gate.waits()).isEmpty();
      long before = end();
      connection.commit();

      RecordingGate.Wait wait = onlyWait();
      assertThat(wait.requested()).isEqualTo(CommitLevel.APPLIED);
      assertThat(wait.position()).isBetween(before + 1, end());
      CommitReceipt receipt = receipt(connection);
      assertThat(receipt.position()).hasValue(wait.position());
      assertThat(receipt.achieved()).isEqualTo(CommitLevel.APPLIED);
      assertThat((Object) connection.getWarnings()).isNull();
      assertThat(transactionIsOpen(connection)).isFalse();
    }
  }

  @Test
  void shouldAskTheServerForNothingInAsyncMode() throws Exception {
    try (Connection connection = connect(CommitMode.ASYNC)) {
      Statement statement = connection.createStatement();
      assertThat(java.lang.reflect.Proxy.isProxyClass(statement.getClass())).isFalse();
      statement.execute("INSERT INTO t VALUES (1)");
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (2)");
      connection.commit();
      assertThat(gate.waits()).isEmpty();
      assertThat(receipt(connection)).isEqualTo(gate.local());
    }
  }

  @Test
  void shouldWaitForNothingThatWroteNothing() throws Exception {
    try (Connection connection = connect(CommitMode.APPLIED)) {
      connection.setAutoCommit(false);
      execute("INSERT INTO t VALUES (100)"); // the log grows, but by another
      execute(connection, "SELECT count(*) FROM t");
      execute("INSERT INTO t VALUES (101)");
      connection.commit();
      assertThat(receipt(connection).isComplete()).isTrue();
      connection.commit();
      execute(connection, "INSERT INTO t VALUES (1)");
      connection.rollback();
      connection.commit();
      connection.setReadOnly(true);
      execute(connection, "SELECT 1");
      connection.commit();
      connection.setReadOnly(false);
      connection.setAutoCommit(true);
      execute(connection, "SELECT count(*) FROM t");
      execute(connection, "SET work_mem = '8MB'");
      execute(connection, "DELETE FROM t WHERE id = 4711");
      assertThat(gate.waits()).isEmpty();
    }
  }

  @Test
  void shouldWaitForWhateverCommitsInAutoCommitMode() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("INSERT INTO t VALUES (1), (2)")).isEqualTo(2);
      onlyWait();
      statement.addBatch("INSERT INTO t VALUES (3)");
      statement.addBatch("DELETE FROM t WHERE id = 2");
      assertThat(statement.executeBatch()).containsExactly(1, 1);
      onlyWait();
      statement.setFetchSize(10);
      try (ResultSet row = statement.executeQuery("/* a /* b */ */ SELECT writing(4)")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).isEqualTo(4);
      }
      assertThat(statement.getFetchSize()).isEqualTo(10);
      onlyWait();
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO t VALUES (?) RETURNING id")) {
        insert.setInt(1, 5);
        assertThat(insert.executeQuery().next()).isTrue();
      }
      onlyWait();
      try (CallableStatement call = connection.prepareCall("CALL committing(6)")) {
        call.execute();
      }
      onlyWait();
      statement.execute("CREATE TABLE IF NOT EXISTS made (id int)");
      onlyWait();
      statement.execute("VACUUM t");
      gate.waits();
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(number("SELECT count(*) FROM t")).isEqualTo(5);
    }
  }

  @Test
  void shouldReadManyRowsInAutoCommitModeWhateverTheFetchSize() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED);
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(7);
      int rows = 0;
      try (ResultSet row = statement.executeQuery("SELECT * FROM generate_series(1, 1000)")) {
        while (row.next()) {
          rows++;
        }
      }
      assertThat(rows).isEqualTo(1000);
      assertThatThrownBy(() -> statement.executeQuery("SELECT 1 / 0"))
          .isInstanceOf(SQLException.class);
      assertThat(statement.executeQuery("SELECT 1").next()).isTrue();
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(gate.waits()).isEmpty();
    }
  }

  @Test
  void shouldWaitWhenTurningAutoCommitOnCommits() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
      connection.setAutoCommit(true);
      onlyWait();
      assertThat(receipt(connection).achieved()).isEqualTo(CommitLevel.PUBLISHED);
      connection.setAutoCommit(false);
      connection.setAutoCommit(true);
      assertThat(gate.waits()).isEmpty();
      assertThat(number("SELECT count(*) FROM t")).isEqualTo(1);
    }
  }

  @Test
  void shouldRollBackWhatIsOpenWhenTheConnectionIsClosed() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
    }
    assertThat(gate.waits()).isEmpty();
    assertThat(number("SELECT count(*) FROM t")).isZero();
  }

  @Test
  void shouldWorkWithSavepoints() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
      Savepoint savepoint = connection.setSavepoint("here");
      execute(connection, "INSERT INTO t VALUES (2)");
      connection.rollback(savepoint);
      connection.releaseSavepoint(connection.setSavepoint());
      connection.commit();
      onlyWait();
      assertThat(number("SELECT sum(id) FROM t")).isEqualTo(1);
    }
  }

  @Test
  void shouldWaitForTransactionsThatAreControlledBySql() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      execute(connection, "BEGIN");
      execute(connection, "INSERT INTO t VALUES (1)");
      assertThat(gate.waits()).isEmpty();
      execute(connection, "COMMIT");
      onlyWait();
      execute(connection, "BEGIN");
      execute(connection, "INSERT INTO t VALUES (2)");
      execute(connection, "ROLLBACK");
      assertThat(gate.waits()).isEmpty();

      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (3)");
      execute(connection, "PREPARE TRANSACTION 'two'");
      gate.waits();
      connection.setAutoCommit(true);
      execute(connection, "COMMIT PREPARED 'two'");
      assertThat(onlyWait().position()).isLessThanOrEqualTo(end());
      assertThat(number("SELECT sum(id) FROM t")).isEqualTo(4);
    }
  }

  @Test
  void shouldWaitBehindACommitThatDoesNotWaitForTheDisk() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      connection.setAutoCommit(false);
      execute(connection, "SET LOCAL synchronous_commit = off");
      execute(connection, "INSERT INTO t VALUES (1)");
      long before = end();
      connection.commit();
      assertThat(onlyWait().position()).isGreaterThan(before);
    }
  }

  @Test
  void shouldHaveNoReceiptOfACommitThatFailed() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
      connection.commit();
      onlyWait();
      execute(connection, "INSERT INTO u VALUES (1), (1)");
      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
      assertThat(duplex(connection).lastCommit()).isNull();

      assertThatThrownBy(() -> execute(connection, "SELECT nonsense"))
          .isInstanceOf(SQLException.class);
      connection.commit(); // PostgreSQL rolls it back, and the driver says nothing
      assertThat(duplex(connection).lastCommit()).isNull();
      assertThat(gate.waits()).isEmpty();
    }
  }

  @Test
  void shouldPassOnThatTheConnectionBrokeBeforeTheCommit() throws Exception {
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
      execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = '"
              + DATABASE
              + "' AND pid <> pg_backend_pid()");
      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).matches("(08|57).*"));
      assertThat(duplex(connection).lastCommit()).isNull();
    }
    assertThat(gate.waits()).isEmpty();
    assertThat(number("SELECT count(*) FROM t")).isZero();
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      execute(connection, "INSERT INTO t VALUES (1)");
      onlyWait();
    }
  }

  @Test
  void shouldWarnWhenTheLevelIsNotReached() throws Exception {
    gate.reaches(CommitLevel.LOCAL);
    try (Connection connection = connect(CommitMode.PUBLISHED)) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
      connection.commit();
      assertThat((Object) connection.getWarnings())
          .isInstanceOfSatisfying(
              DivergenceWarning.class,
              warning -> {
                assertThat(warning.getSQLState()).startsWith("01");
                assertThat(warning.getMessage()).contains("is committed on the primary");
                assertThat(warning.receipt().achieved()).isEqualTo(CommitLevel.LOCAL);
              });
      execute(connection, "DO $$ BEGIN RAISE WARNING 'of the server'; END $$");
      connection.clearWarnings();
      assertThat((Object) connection.getWarnings()).isNull();
      execute(connection, "INSERT INTO t VALUES (2)");
      connection.commit();
      assertThat((Object) connection.getWarnings()).isNotNull();
      gate.reaches(CommitLevel.PUBLISHED);
      execute(connection, "INSERT INTO t VALUES (3)");
      connection.commit();
      assertThat((Object) connection.getWarnings()).isNull();
    }
  }

  @Test
  void shouldThrowIfTheApplicationWantsThat() throws Exception {
    gate.reaches(CommitLevel.LOCAL);
    CommitConfig config =
        new CommitConfig(
            CommitMode.PUBLISHED, Duration.ofSeconds(1), CommitConfig.OnDivergence.THROW);
    try (Connection connection =
        new DuplexDataSource(pool, primary(), config, gate).getConnection()) {
      connection.setAutoCommit(false);
      execute(connection, "INSERT INTO t VALUES (1)");
      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              UnprotectedCommitException.class,
              e -> {
                assertThat(e.getSQLState()).doesNotMatch("(08|40|57).*").hasSize(5);
                assertThat(e.getMessage()).contains("is committed on the primary");
              });
      assertThat(number("SELECT count(*) FROM t")).isEqualTo(1);
      execute(connection, "SELECT 1");
      assertThat(receipt(connection).achieved()).isEqualTo(CommitLevel.LOCAL);
      connection.rollback();
    }
  }

  @Test
  void shouldResetTheModeWhenTheConnectionGoesBackToThePool() throws Exception {
    DuplexDataSource source = source(CommitMode.ASYNC);
    Connection first = source.getConnection();
    duplex(first).setCommitMode(CommitMode.APPLIED);
    execute(first, "INSERT INTO t VALUES (1)");
    onlyWait();
    first.close();
    assertThatThrownBy(() -> duplex(first).setCommitMode(CommitMode.APPLIED))
        .isInstanceOf(SQLException.class);
    assertThatThrownBy(first::commit).isInstanceOf(SQLException.class);
    assertThat(duplex(first).lastCommit()).isNull();
    try (Connection second = source.getConnection()) {
      assertThat(duplex(second).getCommitMode()).isEqualTo(CommitMode.ASYNC);
      assertThat(duplex(second).lastCommit()).isNull();
      execute(second, "INSERT INTO t VALUES (2)");
      assertThat(gate.waits()).isEmpty();
    }
  }

  @Test
  void shouldBelongTogether() throws Exception {
    DuplexDataSource source = source(CommitMode.PUBLISHED);
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(connection.isWrapperFor(DuplexConnection.class)).isTrue();
      assertThat(connection.isWrapperFor(org.postgresql.PGConnection.class)).isTrue();
      assertThat(connection.unwrap(org.postgresql.PGConnection.class).getBackendPID()).isPositive();
      assertThat(statement.isWrapperFor(org.postgresql.PGStatement.class)).isTrue();
      assertThat(java.util.Set.of(statement)).contains(statement);
      assertThat(source.unwrap(HikariDataSource.class)).isSameAs(pool);
      assertThat(source.toString() + connection).doesNotContain(server.password() + " ");
    }
  }

  private DuplexDataSource source(CommitMode mode) {
    return new DuplexDataSource(
        pool,
        primary(),
        new CommitConfig(mode, Duration.ofSeconds(1), CommitConfig.OnDivergence.WARN),
        gate);
  }

  private PostgresSource primary() {
    DatabaseConfig config =
        new DatabaseConfig(
            pool.getJdbcUrl(), pool.getUsername(), Optional.of(new Secret(pool.getPassword())));
    return new PostgresSource(new Link("t"), config, Duration.ofSeconds(10));
  }

  private Connection connect(CommitMode mode) throws SQLException {
    return source(mode).getConnection();
  }

  private static DuplexConnection duplex(Connection connection) throws SQLException {
    return connection instanceof DuplexConnection duplex
        ? duplex
        : connection.unwrap(DuplexConnection.class);
  }

  private static CommitReceipt receipt(Connection connection) throws SQLException {
    CommitReceipt receipt = duplex(connection).lastCommit();
    if (receipt == null) {
      throw new AssertionError("no receipt");
    }
    return receipt;
  }

  private RecordingGate.Wait onlyWait() {
    var waits = gate.waits();
    assertThat(waits).hasSize(1);
    return waits.get(0);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** As another session. */
  private static void execute(String sql) throws SQLException {
    try (Connection connection = server.connect(DATABASE)) {
      execute(connection, sql);
    }
  }

  private static long number(String query) throws SQLException {
    try (Connection connection = server.connect(DATABASE);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static long end() throws SQLException {
    return number("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
  }

  private static boolean transactionIsOpen(Connection connection) throws SQLException {
    return connection.unwrap(org.postgresql.core.BaseConnection.class).getTransactionState()
        != org.postgresql.core.TransactionState.IDLE;
  }
}
