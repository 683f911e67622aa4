package dev.duplex.simulation;

/** The process that makes this call is dead: nothing it does counts any more. */
final class Killed extends Error {
  private static final long serialVersionUID = 1;

  Killed(String process) {
    super(process, null, false, false);
  }
}
