package dev.duplex.bench;

import java.io.IOException;
import java.sql.SQLException;

/** Something that keeps a second database in step with the first. Owned by one thread. */
interface Follower extends AutoCloseable {
  Contender contender();

  /** The database on the secondary. */
  String database();

  /** Sets it up, from the primary's current state; it is stopped then. */
  void create() throws IOException, SQLException, InterruptedException;

  /** Waits until what goes on of it while it is stopped has nothing left to do. */
  void awaitQuiet() throws SQLException, InterruptedException;

  /** Lets it follow from where it stopped; returns at once. */
  void start() throws IOException, SQLException, InterruptedException;

  /** Stops it and returns when nothing of it is at work any more. */
  void stop() throws SQLException, InterruptedException;

  /**
   * Checks that it has not ended by itself.
   *
   * @throws BenchException if it has, with its last words
   */
  void requireAlive();

  /** Ends what is left of it and takes it away from both servers; bounded in time. */
  @Override
  void close() throws IOException, SQLException, InterruptedException;
}
