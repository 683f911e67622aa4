package dev.duplex.lab;

import java.nio.file.Path;

/** The Java that runs the laboratory's servers: the one that runs the laboratory. */
final class JavaCommand {
  static final String EXECUTABLE =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private JavaCommand() {}
}
