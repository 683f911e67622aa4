package dev.duplex.admin.setup;

/** Follows what {@link LinkSetup} does; called by its thread. */
public interface SetupListener {
  /**
   * A step is done next; in a rehearsal it only would be.
   *
   * @param description begins with a verb: "create topic bank.changes"
   */
  void step(String description);

  /** A line about what goes on. */
  void note(String line);

  /** A line about what the operator may not want. */
  void warn(String warning);

  /**
   * How far a copy is.
   *
   * @param estimated 0 if unknown; {@code rows} may exceed it
   */
  void copying(long rows, long estimated);

  /** A copy is done. */
  void copied(long rows);
}
