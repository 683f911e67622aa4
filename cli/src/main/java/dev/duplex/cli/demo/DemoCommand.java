package dev.duplex.cli.demo;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Keyboard;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.schemas.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows Duplex at work without anything installed. */
@Command(
    name = "demo",
    description = {
      "Runs everything on this machine: broker, registry, two PostgreSQL servers, producer,"
          + " consumer and monitor. Loads the primary like a bank, kills the broker, lets it"
          + " return, waits for the secondary and compares both databases. Then all stays up, to be"
          + " broken from the keyboard, until Ctrl-C."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  /** Runs another command in this process. */
  public interface Commands {
    /** Returns the command's exit code. */
    int run(Terminal terminal, String... arguments);
  }

  private final Terminal terminal;
  private final Shutdown shutdown;
  private final Commands commands;

  @Option(names = "--once", description = "End after the comparison; exit code 0 if identical.")
  private boolean once;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "How long the load lasts before the outage, and the outage (default: ${DEFAULT-VALUE}).")
  private int seconds = 8;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Use this empty directory, and leave data and logs there.")
  private @Nullable Path directory;

  @Option(names = "--verbose", description = "Show the trace of an error.")
  private boolean verbose;

  public DemoCommand(Terminal terminal, Shutdown shutdown, Commands commands) {
    this.terminal = terminal;
    this.shutdown = shutdown;
    this.commands = commands;
  }

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    Laboratory.require();
    shutdown.interruptThisThread();
    Screen screen = Screen.on(terminal, Demo.STEPS + (once ? 0 : 1), Time.system());
    SubCommands subCommands = new SubCommands(commands, screen, shutdown, verbose);
    Demo demo = new Demo(screen, subCommands, Duration.ofSeconds(seconds));
    try (Keyboard keyboard = once || !screen.isLive() ? null : Keyboard.open().orElse(null)) {
      int code = demo.run(directory, once, keyboard);
      screen.say("nothing is left running");
      return code;
    } catch (IOException | SQLException | InterruptedException | RuntimeException e) {
      if (!shutdown.isRequested()) {
        throw e;
      }
      screen.clear();
      return stopped(e);
    } finally {
      screen.clear();
    }
  }

  /** Whatever was being done when the signal came has failed; what matters is that all is ended. */
  private int stopped(Exception e) {
    for (Throwable failure : e.getSuppressed()) {
      terminal.error(String.valueOf(failure.getMessage()));
    }
    terminal.note(e.getSuppressed().length == 0 ? "stopped; nothing is left running" : "stopped");
    return once ? ExitCode.FAILED : ExitCode.DONE;
  }
}
