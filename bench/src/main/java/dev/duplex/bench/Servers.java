package dev.duplex.bench;

import dev.duplex.lab.Lab;
import dev.duplex.lab.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The servers that all contenders share. Owned by one thread. */
final class Servers implements AutoCloseable {
  private static final int BROKER_HEAP_MEGABYTES = 512;

  private final Lab lab;

  private Servers(Lab lab) {
    this.lab = lab;
  }

  static Servers start() throws IOException, InterruptedException {
    Lab.Builder builder = Lab.of().brokerHeapMegabytes(BROKER_HEAP_MEGABYTES);
    for (Lab.Part server : new Lab.Part[] {Lab.Part.PRIMARY, Lab.Part.SECONDARY}) {
      builder
          // What runs by itself now and then would meet one contender and spare the other.
          .setting(server, "autovacuum", "off")
          .setting(server, "checkpoint_timeout", "1h")
          .setting(server, "max_wal_size", "8GB")
          // The default would let a subscription wait up to five seconds before it starts again.
          .setting(server, "wal_retrieve_retry_interval", "100ms");
    }
    return new Servers(builder.start());
  }

  PostgresServer primary() {
    return lab.primary();
  }

  PostgresServer secondary() {
    return lab.secondary();
  }

  String bootstrapServers() {
    return lab.broker().bootstrapServers();
  }

  String registryUrl() {
    return lab.registry().url();
  }

  Path directory() {
    return lab.directory();
  }

  Connection primary(String database) throws SQLException {
    return lab.primary().connect(database);
  }

  Connection secondary(String database) throws SQLException {
    return lab.secondary().connect(database);
  }

  /** Makes a database on the primary and fills it. */
  void createOnPrimary(String database, Content content) throws SQLException {
    create(lab.primary(), database, content);
  }

  /** A follower with a database of its own that has the same content already; not set up yet. */
  Follower follower(Contender contender, String primaryDatabase, Content content)
      throws SQLException {
    String database = primaryDatabase + "_" + contender.key();
    if (contender != Contender.NONE && contender != Contender.POOL) {
      create(lab.secondary(), database, content);
    }
    return switch (contender) {
      case NONE, POOL -> new NoFollower();
      case NATIVE -> new NativeFollower(this, primaryDatabase, database);
      case DUPLEX, DUPLEX_FROM_KAFKA ->
          new DuplexFollower(this, contender, primaryDatabase, database);
    };
  }

  /** Writes to disk what is still in memory, so that it is not written during a measurement. */
  void settle() throws SQLException {
    for (PostgresServer server : new PostgresServer[] {lab.primary(), lab.secondary()}) {
      try (Connection connection = server.connect("postgres");
          Statement statement = connection.createStatement()) {
        statement.execute("CHECKPOINT");
      }
    }
  }

  private static void create(PostgresServer server, String database, Content content)
      throws SQLException {
    server.createDatabase(database);
    try (Connection connection = server.connect(database)) {
      Marker.create(connection);
      content.make(connection);
    }
  }

  @Override
  public void close() {
    lab.close();
  }
}
