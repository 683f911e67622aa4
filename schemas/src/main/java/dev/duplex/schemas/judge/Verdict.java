package dev.duplex.schemas.judge;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.time.Duration;
import java.util.Optional;

/**
 * How a link is.
 *
 * @param decisive what the state follows from
 * @param backlog what the secondary lacks
 */
public record Verdict(Finding decisive, Backlog backlog) {
  public LinkState state() {
    return decisive.state();
  }

  /** Why it is not in sync; empty if it is, and for a reason that this version does not know. */
  public Optional<Reason> reason() {
    return decisive.reason();
  }

  /** One line for people, with who says so; empty if there is nothing to say. */
  public String detail() {
    return decisive.text();
  }

  /** Not applied yet: published, or in diff files as far as known. */
  public long transactionsBehind() {
    return backlog.transactions();
  }

  /** Likewise. */
  public long changesBehind() {
    return backlog.changes();
  }

  /** Age of the oldest transaction that is not applied, or less. */
  public Duration lag() {
    return backlog.lag();
  }
}
