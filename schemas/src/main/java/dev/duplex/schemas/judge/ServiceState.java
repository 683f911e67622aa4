package dev.duplex.schemas.judge;

import dev.duplex.schemas.avro.LinkState;
import java.util.Arrays;

/** The state of a relay or an applier in its own words, and what it means for the link. */
public enum ServiceState {
  /** Another instance has the role. */
  STANDBY(LinkState.IN_SYNC),
  LIVE(LinkState.IN_SYNC),
  SPOOLING(LinkState.DIVERGED),
  DRAINING(LinkState.RECOVERING),
  APPLYING(LinkState.IN_SYNC),
  WAITING(LinkState.DIVERGED),
  FAILED(LinkState.DIVERGED),
  HALTED(LinkState.HALTED),
  STOPPED(LinkState.IN_SYNC),
  /** A word of a version to come, which says nothing. */
  UNKNOWN(LinkState.IN_SYNC);

  private final LinkState means;

  ServiceState(LinkState means) {
    this.means = means;
  }

  /** The only place where the word is read. */
  public static ServiceState of(String word) {
    return Arrays.stream(values())
        .filter(known -> known.name().equals(word))
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** The state of the link as far as this service knows; IN_SYNC if it knows of nothing wrong. */
  public LinkState means() {
    return means;
  }

  /** Whether it does nothing until somebody acts; everything else it gets over by itself. */
  public boolean isDown() {
    return switch (this) {
      case FAILED, HALTED, STOPPED -> true;
      case STANDBY, LIVE, SPOOLING, DRAINING, APPLYING, WAITING, UNKNOWN -> false;
    };
  }
}
