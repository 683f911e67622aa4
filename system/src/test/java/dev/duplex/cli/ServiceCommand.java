package dev.duplex.cli;

import dev.duplex.lab.JavaCommand;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How tests start Java programs: with the heap that users have. */
final class ServiceCommand {
  private static final String TESTS = "-tests.jar";
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  private ServiceCommand() {}

  /**
   * The command line of a program.
   *
   * @param directory where it works
   * @param options for Java, besides the usual ones
   */
  static List<String> of(Path directory, List<String> options, Class<?> main, String... arguments) {
    List<String> command =
        JavaCommand.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
    // Native libraries are unpacked there, which stay if the program is killed.
    command.add("-Djava.io.tmpdir=" + directory);
    // Most of them live for seconds: the optimizing compiler would take more than it gives.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(options);
    command.addAll(List.of("-cp", isInJar(main) ? jars() : CLASS_PATH, main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Whether it comes as users have it; then what tests add to the class path is left out. */
  static boolean isInJar(Class<?> main) {
    String location = main.getProtectionDomain().getCodeSource().getLocation().getPath();
    return Files.isRegularFile(Path.of(location));
  }

  private static String jars() {
    return Stream.of(CLASS_PATH.split(File.pathSeparator))
        .filter(entry -> Files.isRegularFile(Path.of(entry)))
        .filter(entry -> !entry.endsWith(TESTS))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
