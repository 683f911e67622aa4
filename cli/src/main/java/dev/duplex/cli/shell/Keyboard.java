package dev.duplex.cli.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Single keys of the terminal, without Enter and without echo; Ctrl-C stays a signal.
 *
 * <p>A small POSIX shell changes the terminal's mode and restores it as soon as its standard input
 * ends, a pipe whose other end only this JVM holds: so the terminal is as it was after {@link
 * #close}, and also when the JVM is killed.
 *
 * <p>Thread-safe.
 */
public final class Keyboard implements AutoCloseable {
  private static final int MOST_WAITING = 64;
  private static final int ESCAPE = 27;
  private static final long RESTORE_LIMIT_SECONDS = 2;
  private static final String READY = "ready";

  // In the background, as it is after this JVM's death, TTOU would stop it.
  private static final String GUARDIAN =
      """
      trap '' HUP INT QUIT TERM TTOU
      saved=$(stty -g </dev/tty) || exit 1
      stty -icanon -echo min 1 time 0 </dev/tty && echo %s
      read -r _
      stty "$saved" </dev/tty
      """
          .formatted(READY);

  private final Process guardian;
  private final BlockingQueue<Character> keys = new LinkedBlockingQueue<>(MOST_WAITING);

  private Keyboard(Process guardian) {
    this.guardian = guardian;
  }

  /** Takes the keyboard; empty if there is none, or this process is in the background. */
  public static Optional<Keyboard> open() throws InterruptedException {
    if (!TerminalDevice.is(TerminalDevice.INPUT) || !TerminalDevice.isForeground()) {
      return Optional.empty();
    }
    Keyboard keyboard;
    try {
      Process guardian =
          new ProcessBuilder("/bin/sh", "-c", GUARDIAN)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      keyboard = new Keyboard(guardian);
      BufferedReader answer = guardian.inputReader(StandardCharsets.US_ASCII);
      if (!READY.equals(answer.readLine())) {
        keyboard.close();
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty(); // a machine without sh has no keys for us
    }
    // Nothing ends a read from a terminal, so this thread ends with the JVM.
    Thread reader = new Thread(keyboard::read, "duplex-keyboard");
    reader.setDaemon(true);
    reader.start();
    return Optional.of(keyboard);
  }

  /**
   * The next key, waiting for it at most so long.
   *
   * @return null if none was pressed
   */
  public @Nullable Character next(Duration limit) throws InterruptedException {
    return keys.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Forgets what was pressed so far. */
  public void forget() {
    keys.clear();
  }

  private void read() {
    InputStream in = System.in;
    try {
      for (int key = in.read(); key >= 0; key = in.read()) {
        if (key == ESCAPE) {
          in.skipNBytes(in.available()); // an arrow or the like: its letters are no keys
        } else {
          var unused = keys.offer((char) key); // more than anyone presses in the time
        }
      }
    } catch (IOException e) {
      keys.clear(); // the terminal is gone, and with it whoever pressed
    }
  }

  /** Restores the terminal. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      guardian.outputWriter().close();
      if (!guardian.waitFor(RESTORE_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        guardian.destroyForcibly();
      }
    } catch (IOException e) {
      guardian.destroyForcibly(); // nothing is written that could fail
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
