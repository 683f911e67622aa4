package dev.duplex.status;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.util.Optional;

/** Which of two states is the worse one, and which of two reasons tells more. */
public final class Severity {
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

  /** Of the same state, who knows the cause comes before who only hears nothing. */
  static int of(LinkState state, Optional<Reason> reason) {
    boolean silence = reason.map(Severity::isSilence).orElse(false);
    return 2 * of(state) + (silence ? 0 : 1);
  }

  private static boolean isSilence(Reason reason) {
    return reason == Reason.PRODUCER_SILENT || reason == Reason.CONSUMER_SILENT;
  }
}
