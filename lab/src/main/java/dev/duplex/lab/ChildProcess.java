package dev.duplex.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A command running as a child that does not survive this JVM, even when the JVM is killed with
 * SIGKILL.
 *
 * <p>How that is made sure: the direct child is a small POSIX shell, the guardian (guardian.sh in
 * this package). It starts the command in the background, reports its process id, waits for it and
 * passes on its exit code; as it is the command's parent, no zombie is left, and the command lives
 * exactly as long as the guardian. The guardian's standard input is a pipe whose writing end only
 * this JVM holds (the JDK closes all descriptors above 2 in what it starts). A subshell of the
 * guardian reads from it: whatever ends the JVM, the kernel closes the pipe, the subshell reads end
 * of file and kills the command and all its descendants with SIGKILL, which works on stopped ones
 * too. Arguments are passed as they are, never through a shell's eyes; passwords belong in the
 * environment, as argument lists are public on the machine.
 *
 * <p>Thread-safe.
 */
public final class ChildProcess {
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
  private static final String GUARDIAN = Parts.text("/dev/duplex/lab/guardian.sh");

  private final String name;
  private final Process guardian;
  private final ProcessHandle child;
  private final Path log;

  private ChildProcess(String name, Process guardian, ProcessHandle child, Path log) {
    this.name = name;
    this.guardian = guardian;
    this.child = child;
    this.log = log;
  }

  /**
   * Starts a command.
   *
   * @param command the program and its arguments
   * @param environment added to this JVM's environment
   * @param log standard output and error are appended to it
   * @throws IOException if the shell cannot be started; a command that cannot be started shows as
   *     exit code 126 or 127 and in the log
   */
  public static ChildProcess start(
      List<String> command, Map<String, String> environment, Path workingDirectory, Path log)
      throws IOException {
    List<String> guarded =
        new ArrayList<>(
            List.of("/bin/sh", "-c", GUARDIAN, "guardian", log.toAbsolutePath().toString()));
    guarded.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(guarded)
            .directory(workingDirectory.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    Process guardian = builder.start();
    String name = Objects.toString(Path.of(command.get(0)).getFileName());
    try (BufferedReader report = guardian.inputReader(StandardCharsets.US_ASCII)) {
      String pid = report.readLine();
      if (pid == null) {
        throw new IOException("Cannot start %s: no process id was reported".formatted(name));
      }
      // The guardian itself stands in for a command that has ended already.
      ProcessHandle child = ProcessHandle.of(Long.parseLong(pid)).orElse(guardian.toHandle());
      return new ChildProcess(name, guardian, child, log);
    }
  }

  /** The process id of the command itself, not of its guardian. */
  public long pid() {
    return child.pid();
  }

  public boolean isAlive() {
    return guardian.isAlive();
  }

  /** Where standard output and error go. */
  public Path log() {
    return log;
  }

  /** The last line of the log that is not blank, for error messages; empty if there is none. */
  public String lastLogLine() {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> !line.isBlank()).reduce("", (first, second) -> second);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Sends SIGKILL to the command and its descendants, as {@code kill -9} would, and returns when
   * they are gone. Does nothing if it has ended.
   *
   * @throws LabException if they are still there after ten seconds
   */
  public void kill() throws InterruptedException {
    if (!isAlive()) {
      return;
    }
    // Stopped, it cannot start another descendant that would be missed.
    signal("STOP", List.of(child));
    List<ProcessHandle> tree = tree();
    tree.forEach(ProcessHandle::destroyForcibly);
    if (exitCode(KILL_LIMIT) == null) {
      throw new LabException("%s (pid %d) survives SIGKILL".formatted(name, pid()));
    }
    // Descendants may hold shared memory or a port that the next start needs.
    Await.until(
        "the descendants of " + name + " to end",
        KILL_LIMIT,
        () -> tree.stream().noneMatch(ChildProcess::isRunning));
  }

  /**
   * Sends SIGTERM, and {@link #kill()} if the command has not ended within the limit.
   *
   * @return whether it ended by itself
   */
  public boolean terminate(Duration limit) throws InterruptedException {
    return end("TERM", limit);
  }

  /** As {@link #terminate}, with another signal: PostgreSQL's fast shutdown is INT. */
  boolean end(String signal, Duration limit) throws InterruptedException {
    if (isAlive()) {
      signal(signal, List.of(child));
    }
    if (exitCode(limit) != null) {
      return true;
    }
    kill();
    return false;
  }

  /**
   * Stops the command and its descendants with SIGSTOP; connections stay open and silent.
   *
   * @throws IllegalStateException if it has ended
   */
  public void freeze() throws InterruptedException {
    if (!isAlive()) {
      throw new IllegalStateException(name + " has ended; start it first");
    }
    signal("STOP", List.of(child));
    signal("STOP", tree());
  }

  /** Lets a frozen command continue; does nothing if it has ended. */
  public void thaw() throws InterruptedException {
    signal("CONT", tree());
  }

  /**
   * Waits for the end of the command.
   *
   * @return its exit code, 128 + n after signal n
   * @throws Await.TimedOutError if it is still running after the limit
   */
  public int awaitExit(Duration limit) throws InterruptedException {
    try {
      Await.until(name + " to end", limit, () -> !isAlive());
    } catch (Await.TimedOutError e) {
      throw new Await.TimedOutError(e.getMessage() + "; it said last: " + lastLogLine(), e);
    }
    return guardian.exitValue();
  }

  private @Nullable Integer exitCode(Duration limit) throws InterruptedException {
    boolean ended = guardian.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    return ended ? guardian.exitValue() : null;
  }

  private List<ProcessHandle> tree() {
    if (!isAlive()) {
      return List.of();
    }
    return Stream.concat(Stream.of(child), child.descendants()).toList();
  }

  /** Whether it is there and no zombie. */
  static boolean isRunning(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      // The state follows the name, which is in parentheses. An orphan may stay a zombie for long.
      return process.isAlive() && stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  private void signal(String signal, List<ProcessHandle> processes) throws InterruptedException {
    if (processes.isEmpty()) {
      return;
    }
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" \"$@\"", signal));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    try {
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      throw new LabException("Cannot send SIG%s to %s".formatted(signal, name), e);
    }
  }

  @Override
  public String toString() {
    return "%s (pid %d)".formatted(name, pid());
  }
}
