package dev.duplex.cli;

import dev.duplex.lab.Lab;
import dev.duplex.lab.Server;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One laboratory for all tests of this JVM; starting one for each would take minutes. Tests may
 * kill its servers, which keep their data. The lab's own guard ends it with the JVM.
 */
public final class SharedLab {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable Lab lab;
  private static boolean hooked;

  private SharedLab() {}

  /** The laboratory; starts those of its servers that do not run. */
  public static synchronized Lab get() throws IOException, InterruptedException {
    Lab running = lab;
    if (running == null) {
      running = Lab.of().start();
      lab = running;
      if (!hooked) {
        Runtime.getRuntime().addShutdownHook(new Thread(SharedLab::discard, "shared-lab-end"));
        hooked = true;
      }
    }
    for (Server server :
        List.of(running.primary(), running.secondary(), running.broker(), running.registry())) {
      server.start();
    }
    return running;
  }

  /** Ends it; the next who asks gets another one. */
  public static synchronized void discard() {
    Lab running = lab;
    lab = null;
    if (running != null) {
      running.close();
    }
  }

  /** A name for a link and its databases that no other test has. */
  public static String newName() {
    return "t" + NUMBER.incrementAndGet();
  }
}
