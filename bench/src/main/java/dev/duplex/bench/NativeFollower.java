package dev.duplex.bench;

import dev.duplex.lab.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** PostgreSQL's own logical replication, with its defaults. */
final class NativeFollower implements Follower {
  private static final Duration END_LIMIT = Duration.ofSeconds(60);

  private final Servers servers;
  private final String primaryDatabase;
  private final String database;
  private boolean created;

  NativeFollower(Servers servers, String primaryDatabase, String database) {
    this.servers = servers;
    this.primaryDatabase = primaryDatabase;
    this.database = database;
  }

  @Override
  public Contender contender() {
    return Contender.NATIVE;
  }

  @Override
  public String database() {
    return database;
  }

  @Override
  public void create() throws IOException, SQLException {
    onPrimary("CREATE PUBLICATION %s FOR TABLES IN SCHEMA public".formatted(database));
    onSecondary(
        ("CREATE SUBSCRIPTION %1$s CONNECTION '%2$s' PUBLICATION %1$s"
                + " WITH (copy_data = false, enabled = false)")
            .formatted(database, connectionInfo().replace("'", "''")));
    created = true;
  }

  /** Nothing goes on: the walsender ends with the subscription. */
  @Override
  public void awaitQuiet() {}

  @Override
  public void start() throws SQLException {
    onSecondary("ALTER SUBSCRIPTION %s ENABLE".formatted(database));
  }

  @Override
  public void stop() throws SQLException, InterruptedException {
    onSecondary("ALTER SUBSCRIPTION %s DISABLE".formatted(database));
    try (Connection secondary = servers.secondary(database);
        Connection primary = servers.primary(primaryDatabase)) {
      Await.until(
          "the subscription to end",
          END_LIMIT,
          () ->
              isEmpty(
                      secondary,
                      "SELECT FROM pg_stat_subscription WHERE pid IS NOT NULL AND subname = '%s'")
                  && isEmpty(
                      primary,
                      "SELECT FROM pg_replication_slots WHERE active AND slot_name = '%s'"));
    }
  }

  /**
   * The subscription tries again for ever; what is wrong shows as a wait that reaches its limit.
   */
  @Override
  public void requireAlive() {}

  @Override
  public void close() throws SQLException, InterruptedException {
    if (created) {
      created = false;
      stop();
      onSecondary("DROP SUBSCRIPTION " + database);
      onPrimary("DROP PUBLICATION " + database);
    }
  }

  /** The password stays in a file: the statement is seen by logs and by other sessions. */
  private String connectionInfo() throws IOException {
    Path passwordFile = servers.directory().resolve("subscription.pgpass");
    PrivateFile.write(passwordFile, "*:*:*:*:%s%n".formatted(servers.primary().password()));
    return "host=127.0.0.1 port=%d user=%s dbname=%s passfile='%s'"
        .formatted(
            servers.primary().port(), servers.primary().username(), primaryDatabase, passwordFile);
  }

  private boolean isEmpty(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query.formatted(database))) {
      return !rows.next();
    }
  }

  private void onPrimary(String sql) throws SQLException {
    try (Connection connection = servers.primary(primaryDatabase)) {
      execute(connection, sql);
    }
  }

  private void onSecondary(String sql) throws SQLException {
    try (Connection connection = servers.secondary(database)) {
      execute(connection, sql);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
