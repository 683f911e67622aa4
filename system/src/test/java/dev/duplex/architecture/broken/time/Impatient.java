package dev.duplex.architecture.broken.time;

/** Asks the machine for the time, starts a thread in its constructor, and prints. */
public final class Impatient {
  private final long since = System.nanoTime();

  /** Starts a thread and says so. */
  public Impatient() {
    Thread thread = new Thread(this::since);
    thread.start();
    System.out.println(thread);
  }

  /** When it began. */
  public long since() {
    return since;
  }
}
