package dev.duplex.database.source;

import java.sql.SQLException;

/**
 * Reads the primary's log for the one instance that has the link's slot: whole transactions, in the
 * order of their commits, from the confirmed position on. It may begin before that position, never
 * behind it.
 *
 * <p>Used by one thread; {@link #close} and {@link #confirm} may be called by any.
 */
public interface LogReader extends AutoCloseable {
  /** Which primary this is. */
  SourceIdentity identity();

  /** The session that reads, as {@link Slot#reader} shows it. */
  int session();

  /**
   * Gives the listener what the next message of the log says, and answers the server's questions
   * whether we live.
   *
   * @return false if nothing arrived within about a millisecond
   */
  boolean poll(LogListener listener) throws SQLException;

  /**
   * For how long nothing more is to be expected after {@link #poll} has returned false: 0 if it has
   * waited by itself.
   */
  default long idleNanos() {
    return 0;
  }

  /**
   * Up to where the server has looked through its log for us: every commit before it was given to
   * the listener. Means that only right after {@link #poll} has returned false, between two
   * transactions.
   */
  long received();

  /** Tells the server at once that we live, so that it and a standby see that we do. */
  void sendStatus() throws SQLException;

  /**
   * Confirms that everything up to a position is durable beyond this process: the primary may drop
   * its log up to there, and a later reader begins there. Sent with the next status, so a crash of
   * either side may undo it.
   */
  void confirm(long position);

  /** Cuts the session without waiting; the slot is free as soon as the server notices. */
  @Override
  void close();
}
