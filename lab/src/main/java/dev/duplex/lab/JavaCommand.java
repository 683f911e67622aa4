package dev.duplex.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How Java child processes are started: with the Java that runs this one. */
public final class JavaCommand {
  /**
   * The first that warns of what libraries do by {@code sun.misc.Unsafe}, and lets it be allowed.
   */
  private static final int UNSAFE_WARNED = 24;

  private JavaCommand() {}

  /**
   * A command line that may be added to.
   *
   * @param arguments options, main class and what it is given
   */
  public static List<String> of(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // zstd, RocksDB and others are native.
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= UNSAFE_WARNED) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(List.of(arguments));
    return command;
  }
}
