package dev.duplex.status;

/** A link as everyone sees it. */
public enum LinkState {
  IN_SYNC,
  DIVERGED,
  RECOVERING,
  /** An operator must act. */
  HALTED
}
