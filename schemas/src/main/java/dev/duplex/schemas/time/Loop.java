package dev.duplex.schemas.time;

/**
 * A loop that is stepped by whoever owns it: in production by a thread that does nothing else, in
 * the simulation by the simulator. A step does what is due and does not wait for anything that
 * another loop of this process has to do.
 */
@FunctionalInterface
public interface Loop {
  /** What {@link #step} returns when there will be no further step. */
  long OVER = -1;

  /**
   * Does one step.
   *
   * @return for how many nanoseconds nothing will be due unless the loop is woken; 0 to be called
   *     again at once; {@link #OVER} if it has ended
   * @throws InterruptedException if the loop was told to end meanwhile
   */
  long step() throws InterruptedException;
}
