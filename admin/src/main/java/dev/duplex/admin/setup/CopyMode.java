package dev.duplex.admin.setup;

/** Whether {@code init} copies existing rows. */
public enum CopyMode {
  NEVER,
  /** If the link is new, or a copy was interrupted. */
  IF_NEW,
  ALWAYS
}
