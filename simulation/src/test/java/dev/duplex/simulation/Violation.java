package dev.duplex.simulation;

/** A promise that was broken under a seed. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  Violation(String what) {
    super(what);
  }
}
