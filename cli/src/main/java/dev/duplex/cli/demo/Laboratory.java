package dev.duplex.cli.demo;

import dev.duplex.schemas.failure.SetupException;

/** The servers of the demo: a part that an installation may leave out, as the images do. */
final class Laboratory {
  private static final String ENTRANCE = "dev.duplex.lab.Lab";

  private Laboratory() {}

  /**
   * Checks that it is there; before, no class may be touched that uses it.
   *
   * @throws SetupException if it is not
   */
  static void require() {
    try {
      Class.forName(ENTRANCE, false, Laboratory.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new SetupException(
          "this installation has no laboratory, which the demo needs; run ./duplex demo from the"
              + " sources",
          e);
    }
  }
}
