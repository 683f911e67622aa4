package dev.duplex.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.duplex.config.CommitMode;
import dev.duplex.config.DuplexConfig;
import dev.duplex.lab.Await;
import dev.duplex.producer.datasource.CommitLevel;
import dev.duplex.producer.datasource.CommitReceipt;
import dev.duplex.producer.datasource.DuplexConnection;
import dev.duplex.schemas.avro.LinkState;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.cfg.Configuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.TransactionTemplate;

/** Hibernate and Spring over the data source, unchanged, with commits that wait. */
class FrameworksIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static PrimaryLab lab;
  private static DuplexConfig config;
  private static SimulatedApplier applier;
  private static Duplex duplex;
  private static long changesBefore;

  /** An entity with a key from the database. */
  @Entity(name = "Account")
  @Table(name = "account")
  public static class Account {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private long balance;

    /** For Hibernate. */
    protected Account() {}

    Account(long balance) {
      this.balance = balance;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    lab = new PrimaryLab();
    lab.execute(
        "CREATE SCHEMA frameworks",
        "CREATE TABLE frameworks.account"
            + " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, balance bigint NOT NULL)");
    config = lab.config("frameworks", "commit: { mode: applied, timeout: 10s }");
    lab.setUp(config);
    applier = new SimulatedApplier(config);
    duplex = Duplex.open(config, pool -> pool.setSchema("frameworks"));
    Await.until("in sync", LIMIT, () -> duplex.status().state() == LinkState.IN_SYNC);
  }

  @AfterAll
  static void stop() throws Exception {
    duplex.close();
    applier.close();
    lab.close();
  }

  @BeforeEach
  void empty() {
    new JdbcTemplate(duplex.dataSource()).execute("TRUNCATE account"); // waits, too
    changesBefore += published();
  }

  @Test
  void shouldWaitForTransactionsOfHibernate() throws Exception {
    try (EntityManagerFactory factory = factory();
        EntityManager manager = factory.createEntityManager()) {
      EntityTransaction transaction = manager.getTransaction();
      transaction.begin();
      manager.persist(new Account(1));
      manager.persist(new Account(2));
      transaction.commit();
      assertThat(published()).isEqualTo(2);

      transaction.begin();
      Account read =
          manager.createQuery("from Account where balance = 2", Account.class).getSingleResult();
      assertThat(read.balance).isEqualTo(2);
      read.balance = 3;
      transaction.commit();
      assertThat(published()).isEqualTo(3);

      transaction.begin();
      manager.persist(new Account(4));
      transaction.rollback();
      AtomicReference<@Nullable CommitReceipt> receipt = new AtomicReference<>();
      transaction.begin();
      manager
          .unwrap(Session.class)
          .doWork(
              connection -> {
                DuplexConnection ours = connection.unwrap(DuplexConnection.class);
                ours.setCommitMode(CommitMode.ASYNC);
                receipt.set(ours.lastCommit());
              });
      manager.persist(new Account(5));
      transaction.commit();
      assertThat(receipt.get()).isNull();
      assertThat(sum()).isEqualTo(1 + 3 + 5);
    }
  }

  @Test
  void shouldWaitForTransactionsOfSpring() {
    JdbcTemplate jdbc = new JdbcTemplate(duplex.dataSource());
    AtomicReference<@Nullable DuplexConnection> used = new AtomicReference<>();
    template()
        .executeWithoutResult(
            status -> {
              jdbc.update("INSERT INTO account (balance) VALUES (?)", 1);
              used.set(connection());
            });
    assertThat(receipt(used).achieved()).isEqualTo(CommitLevel.APPLIED);
    assertThat(receipt(used).position()).isPresent();
    // Without a transaction each statement commits by itself.
    jdbc.update("UPDATE account SET balance = 2");
    assertThat(jdbc.queryForObject("SELECT sum(balance) FROM account", Long.class)).isEqualTo(2);
    assertThat(
            jdbc.queryForObject(
                "INSERT INTO account (balance) VALUES (3) RETURNING balance", Long.class))
        .isEqualTo(3);
    assertThat(published()).isEqualTo(3);
  }

  @Test
  void shouldRollBackOnlyANestedTransaction() {
    JdbcTemplate jdbc = new JdbcTemplate(duplex.dataSource());
    TransactionTemplate nested = template();
    nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    template()
        .executeWithoutResult(
            outer -> {
              jdbc.update("INSERT INTO account (balance) VALUES (1)");
              nested.executeWithoutResult(
                  status -> jdbc.update("INSERT INTO account (balance) VALUES (10)"));
              assertThatThrownBy(
                      () ->
                          nested.executeWithoutResult(
                              status ->
                                  jdbc.update(
                                      "INSERT INTO account (id, balance)"
                                          + " OVERRIDING SYSTEM VALUE"
                                          + " SELECT id, 100 FROM account")))
                  .isInstanceOf(DuplicateKeyException.class);
              nested.executeWithoutResult(
                  status -> {
                    jdbc.update("INSERT INTO account (balance) VALUES (1000)");
                    status.setRollbackOnly();
                  });
            });
    assertThat(jdbc.queryForObject("SELECT sum(balance) FROM account", Long.class)).isEqualTo(11);
    assertThat(published()).isEqualTo(2);
  }

  @Test
  void shouldSuspendAnOuterTransaction() {
    JdbcTemplate jdbc = new JdbcTemplate(duplex.dataSource());
    TransactionTemplate independent = template();
    independent.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    template()
        .executeWithoutResult(
            outer -> {
              jdbc.update("INSERT INTO account (balance) VALUES (1)");
              independent.executeWithoutResult(
                  inner -> jdbc.update("INSERT INTO account (balance) VALUES (10)"));
              assertThat(published()).isEqualTo(1);
              outer.setRollbackOnly();
            });
    assertThat(jdbc.queryForObject("SELECT sum(balance) FROM account", Long.class)).isEqualTo(10);
  }

  @Test
  void shouldNotWaitForReadOnlyTransactionsOfSpring() {
    JdbcTemplate jdbc = new JdbcTemplate(duplex.dataSource());
    TransactionTemplate reading = template();
    reading.setReadOnly(true);
    AtomicReference<@Nullable DuplexConnection> used = new AtomicReference<>();
    reading.executeWithoutResult(
        status -> {
          used.set(connection());
          assertThat(jdbc.queryForObject("SELECT count(*) FROM account", Long.class)).isZero();
        });
    assertThat(receipt(used).position()).isEmpty();
    assertThat(receipt(used).isComplete()).isTrue();
    assertThatThrownBy(
            () ->
                reading.executeWithoutResult(
                    status -> jdbc.update("INSERT INTO account (balance) VALUES (1)")))
        .hasMessageContaining("read-only");
  }

  @Test
  void shouldTellSpringThatTheTransactionIsCommittedAllTheSame() throws Exception {
    DuplexConfig throwing =
        lab.config("frameworks", "commit: { mode: applied, timeout: 1s, on-divergence: throw }");
    SimulatedApplier silent = applier;
    silent.applying(false);
    try (Duplex other = Duplex.open(throwing, pool -> pool.setSchema("frameworks"))) {
      DataSource source = other.dataSource();
      JdbcTemplate jdbc = new JdbcTemplate(source);
      TransactionTemplate transaction =
          new TransactionTemplate(new DataSourceTransactionManager(source));
      assertThatThrownBy(
              () ->
                  transaction.executeWithoutResult(
                      status -> jdbc.update("INSERT INTO account (balance) VALUES (7)")))
          .isInstanceOf(TransactionSystemException.class)
          .hasStackTraceContaining("is committed on the primary");
      assertThat(sum()).isEqualTo(7);
      assertThat(source.unwrap(HikariDataSource.class).getHikariPoolMXBean().getActiveConnections())
          .isZero();
    } finally {
      silent.applying(true);
      Await.until("in step again", LIMIT, () -> duplex.status().state() == LinkState.IN_SYNC);
    }
  }

  private static EntityManagerFactory factory() {
    Configuration configuration = new Configuration().addAnnotatedClass(Account.class);
    configuration.getProperties().put("hibernate.connection.datasource", duplex.dataSource());
    return configuration.buildSessionFactory();
  }

  private static TransactionTemplate template() {
    return new TransactionTemplate(new DataSourceTransactionManager(duplex.dataSource()));
  }

  /** That of the running transaction. */
  private static DuplexConnection connection() {
    try {
      return DataSourceUtils.getConnection(duplex.dataSource()).unwrap(DuplexConnection.class);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CommitReceipt receipt(AtomicReference<@Nullable DuplexConnection> used) {
    DuplexConnection connection = used.get();
    CommitReceipt receipt = connection == null ? null : connection.lastCommit();
    if (receipt == null) {
      throw new AssertionError("no receipt");
    }
    return receipt;
  }

  private static long sum() throws SQLException {
    try (var connection = lab.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT sum(balance) FROM frameworks.account")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** How many changes were published since the table was emptied. */
  private static long published() {
    var head = lab.head(config);
    if (head == null) {
      throw new AssertionError("no head");
    }
    return head.getChanges() - changesBefore;
  }
}
