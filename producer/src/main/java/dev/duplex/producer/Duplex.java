package dev.duplex.producer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.duplex.config.DatabaseConfig;
import dev.duplex.config.DuplexConfig;
import dev.duplex.config.RelayConfig;
import dev.duplex.config.Secret;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.producer.datasource.DuplexDataSource;
import dev.duplex.producer.link.EmbeddedRelay;
import dev.duplex.producer.link.LinkCondition;
import dev.duplex.producer.link.LinkFollower;
import dev.duplex.producer.link.LinkTracker;
import dev.duplex.producer.link.StatusWatch;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's side of a link: a data source for the primary whose commits can wait until they
 * are published or applied, and what becomes of the link.
 *
 * <p>With {@code relay: embedded} the relay runs in this process; of several instances one
 * publishes and the others stand by. Kafka, registry and secondary may be away when it is opened,
 * and at any time later: the primary is never held up by them, beyond {@code commit.timeout}.
 *
 * <p>Thread-safe. One for each link and process is enough; close it when the application ends.
 */
public final class Duplex implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Duplex.class);

  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration GRACE_STEP = Duration.ofMillis(10);

  private final Time time;
  private final LinkTracker view;
  private final ListenerThread listeners;
  private final LinkFollower follower;
  private final StatusWatch incidents;
  private final @Nullable EmbeddedRelay relay;
  private final HikariDataSource pool;
  private final DuplexDataSource dataSource;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Duplex(DuplexConfig config, HikariDataSource pool) {
    String instance = ProcessHandle.current().pid() + "@" + config.link();
    this.pool = pool;
    this.listeners = new ListenerThread(config.link());
    KafkaSettings kafka =
        new KafkaSettings(new Link(config.link()), config.kafka().properties().asMap());
    this.time = kafka.time();
    this.view = new LinkTracker(config, instance, time, listeners::offer);
    this.follower = new LinkFollower(config, kafka, view);
    this.incidents = new StatusWatch(config, kafka, view);
    this.relay =
        config.relay().mode() == RelayConfig.Mode.EMBEDDED ? new EmbeddedRelay(config, view) : null;
    this.dataSource =
        new DuplexDataSource(
            pool,
            DatabaseProducts.of(config.primary().database())
                .source(
                    new Link(config.link()), config.primary().database(), config.takeoverAfter()),
            config.commit(),
            view);
  }

  /**
   * Opens a link that {@code duplex init} has set up, with a pool as HikariCP has it by default.
   *
   * @throws SetupException if the primary cannot be reached
   */
  public static Duplex open(DuplexConfig config) {
    return open(config, pool -> {});
  }

  /**
   * Opens a link that {@code duplex init} has set up.
   *
   * @param settings changes the pool's settings: its size, its limits, also the user; the address
   *     must remain that of the primary
   * @throws SetupException if the primary cannot be reached
   */
  public static Duplex open(DuplexConfig config, Consumer<HikariConfig> settings) {
    HikariConfig hikari = hikari(config);
    settings.accept(hikari);
    HikariDataSource pool;
    try {
      pool = new HikariDataSource(hikari);
    } catch (HikariPool.PoolInitializationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new SetupException(
          "primary: " + cause.getMessage() + "; start it, or correct primary in the configuration",
          e);
    }
    Duplex duplex = new Duplex(config, pool);
    duplex.start();
    return duplex;
  }

  private static HikariConfig hikari(DuplexConfig config) {
    DatabaseConfig database = config.primary().database();
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName("duplex-" + config.link());
    hikari.setJdbcUrl(database.jdbcUrl());
    hikari.setUsername(database.username());
    hikari.setPassword(database.password().map(Secret::reveal).orElse(null));
    return hikari;
  }

  private void start() {
    listeners.start();
    follower.start(Loops.THREADS);
    incidents.start(Loops.THREADS);
    if (relay != null) {
      relay.start(Loops.THREADS);
    }
  }

  /** The pool of connections to the primary: plain JDBC, for any framework. Closed by this. */
  public DataSource dataSource() {
    return dataSource;
  }

  /** Tells a listener of what is open now and of everything that comes. */
  public void addListener(DuplexListener listener) {
    view.inspect(open -> listeners.add(listener, open));
  }

  /** The link's state as this instance knows it now; asks nobody. */
  public DuplexStatus status() {
    LinkCondition condition = view.condition();
    return new DuplexStatus(
        condition.state(),
        condition.reason(),
        condition.detail(),
        List.copyOf(view.openIncidents()));
  }

  /**
   * Lets waiting commits return, closes the pool, and stops the relay: another instance takes over,
   * or this one goes on when it is opened again. Takes half a minute at most; idempotent.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    view.close();
    awaitReturns();
    for (AutoCloseable part :
        new @Nullable AutoCloseable[] {pool, relay, incidents, follower, listeners}) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception e) {
        LOG.warn("closing {} failed: {}", part, e.toString());
      }
    }
  }

  /** The pool cuts off what is in use: those who just waited get a moment to give it back. */
  private void awaitReturns() {
    long begun = time.nanos();
    try {
      while (pool.isRunning()
          && pool.getHikariPoolMXBean().getActiveConnections() > 0
          && time.nanos() - begun < GRACE.toNanos()) {
        time.sleep(GRACE_STEP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
