package dev.duplex.database.target;

import java.sql.SQLException;
import java.util.Optional;

/**
 * Who may apply a link: one session at a time. A holder that is dead or frozen keeps the lease as
 * long as its session lives, so whoever waits watches that session, by the own clock, and ends it
 * when it has stood still for too long.
 *
 * <p>Not thread-safe; ends with the session.
 */
public interface TargetLease {
  /**
   * Tries once, without waiting, and removes a holder that does not live. Called again about every
   * half second until it is ours.
   *
   * @return whether it is ours
   */
  boolean tryAcquire() throws SQLException;

  /** Who held it when it was tried last, as far as that was seen. */
  Optional<Holder> holder();

  /**
   * A session that holds the lease.
   *
   * @param name how it calls itself, for people
   * @param own whether it was left behind by an earlier session of this instance
   */
  record Holder(String name, boolean own) {}
}
