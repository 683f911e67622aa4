package dev.duplex.schemas.time;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a thread of its own. */
final class LoopThread implements Loops.Running {
  private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);

  private final Loop loop;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile boolean woken;

  private LoopThread(String name, Loop loop) {
    this.loop = loop;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  static LoopThread start(String name, Loop loop) {
    LoopThread started = new LoopThread(name, loop);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      while (!stopped) {
        woken = false;
        long wait = loop.step();
        if (wait == Loop.OVER) {
          return;
        }
        if (wait > 0 && !woken && !stopped) {
          LockSupport.parkNanos(this, wait);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was interrupted", thread.getName()); // it was told to end
    } catch (RuntimeException | Error e) {
      LOG.error("{} has failed", thread.getName(), e);
      throw e;
    }
  }

  @Override
  public void wake() {
    woken = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void stop() {
    stopped = true;
    thread.interrupt();
  }

  @Override
  public boolean join(Duration limit) throws InterruptedException {
    if (limit.toMillis() > 0) { // to a thread, 0 is for ever
      thread.join(limit.toMillis());
    }
    return !thread.isAlive();
  }
}
