package dev.duplex.cli.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells what stands behind this process's standard streams; on Linux, else nothing. */
public final class TerminalDevice {
  /** Standard input. */
  public static final int INPUT = 0;

  /** Standard output. */
  public static final int OUTPUT = 1;

  private static final Path PROCESS = Path.of("/proc/self");
  private static final int GROUP_FIELD = 2;
  private static final int FOREGROUND_FIELD = 5;

  private TerminalDevice() {}

  /** Whether a person is at the other end. */
  public static boolean is(int descriptor) {
    try {
      String target =
          Files.readSymbolicLink(PROCESS.resolve("fd").resolve(Integer.toString(descriptor)))
              .toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.startsWith("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether the keys of the terminal are for this process: one in the background gets none. */
  static boolean isForeground() {
    try {
      String stat = Files.readString(PROCESS.resolve("stat"));
      // The name, in parentheses, may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
      return fields.length > FOREGROUND_FIELD
          && fields[GROUP_FIELD].equals(fields[FOREGROUND_FIELD]);
    } catch (IOException e) {
      return false;
    }
  }
}
