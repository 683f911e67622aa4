package dev.duplex.cli;

import dev.duplex.lab.Lab;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One laboratory for all tests of this JVM that break nothing; starting one for each would take
 * minutes. The lab's own guard ends it with the JVM.
 */
public final class SharedLab {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable Lab lab;

  private SharedLab() {}

  /** The laboratory, started at the first call. */
  public static synchronized Lab get() throws IOException, InterruptedException {
    Lab running = lab;
    if (running == null) {
      running = Lab.of().start();
      lab = running;
      Runtime.getRuntime().addShutdownHook(new Thread(running::close, "shared-lab-end"));
    }
    return running;
  }

  /** A name for a link and its databases that no other test has. */
  public static String newName() {
    return "t" + NUMBER.incrementAndGet();
  }
}
