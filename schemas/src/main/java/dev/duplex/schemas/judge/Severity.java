package dev.duplex.schemas.judge;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.util.Optional;

/** Which of two states is the worse one, and which of two reasons tells more. */
public final class Severity {
  private static final int INSIGHTS = Reason.Insight.values().length;

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
   * only sees that something is late. A reason of a version to come counts as a cause.
   */
  static int of(LinkState state, Optional<Reason> reason) {
    return INSIGHTS * of(state) + of(reason.map(Reason::insight).orElse(Reason.Insight.CAUSE));
  }

  private static int of(Reason.Insight insight) {
    return switch (insight) {
      case LATENESS -> 0;
      case SILENCE -> 1;
      case CAUSE -> 2;
    };
  }
}
