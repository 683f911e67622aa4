package dev.duplex.cli.init;

/** Whether {@code init} copies existing rows. */
enum CopyMode {
  NEVER,
  /** If the link is new, or a copy was interrupted. */
  IF_NEW,
  ALWAYS
}
