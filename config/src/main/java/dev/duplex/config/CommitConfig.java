package dev.duplex.config;

import java.time.Duration;
import java.util.Optional;

/**
 * What a commit of the application waits for.
 *
 * @param mode how far a transaction must have got before its commit returns
 * @param timeout how long a commit waits for that at most
 * @param onDivergence what the application gets when it was not reached
 */
public record CommitConfig(CommitMode mode, Duration timeout, OnDivergence onDivergence) {

  /** How a commit that is only local is reported. */
  public enum OnDivergence {
    /** By a warning on the connection. */
    WARN,
    /** By an exception, although the transaction is committed locally. */
    THROW
  }

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public CommitConfig {
    new Checks().positive(timeout, "timeout").done();
  }

  static Optional<CommitConfig> read(Section section) {
    CommitMode mode =
        section.value("mode", CommitMode.ASYNC, text -> Scalars.oneOf(CommitMode.class, text));
    Duration timeout = section.value("timeout", Duration.ofSeconds(5), Scalars::duration);
    OnDivergence onDivergence =
        section.value(
            "on-divergence", OnDivergence.WARN, text -> Scalars.oneOf(OnDivergence.class, text));
    return section.build(() -> new CommitConfig(mode, timeout, onDivergence));
  }
}
