package dev.duplex.status.monitor;

import dev.duplex.schemas.avro.LinkState;

/** Which of two states is the worse one. */
final class Severity {
  private Severity() {}

  static int of(LinkState state) {
    return switch (state) {
      case IN_SYNC -> 0;
      case RECOVERING -> 1;
      case DIVERGED -> 2;
      case HALTED -> 3;
    };
  }
}
