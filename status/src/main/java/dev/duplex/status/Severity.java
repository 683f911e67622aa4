package dev.duplex.status;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.util.Optional;

/** Which of two states is the worse one, and which of two reasons tells more. */
public final class Severity {
  private static final int CAUSE = 2;

  private Severity() {}

  /** The higher, the worse. */
  public static int of(LinkState state) {
    return switch (state) {
      case IN_SYNC -> 0;
      case RECOVERING -> 1;
      case DIVERGED -> 2;
      case HALTED -> 3;
    };
  }

  /**
   * Of the same state, who knows the cause comes before who only hears nothing, and that before who
   * only sees that something is late.
   */
  static int of(LinkState state, Optional<Reason> reason) {
    return 3 * of(state) + reason.map(Severity::tells).orElse(CAUSE);
  }

  private static int tells(Reason reason) {
    return switch (reason) {
      case SECONDARY_BEHIND -> 0;
      case PRODUCER_SILENT, CONSUMER_SILENT -> 1;
      default -> CAUSE;
    };
  }
}
