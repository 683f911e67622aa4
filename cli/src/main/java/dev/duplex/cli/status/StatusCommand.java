package dev.duplex.cli.status;

import dev.duplex.admin.LinkAccess;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.LocalStatus;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.LinkStatus;
import dev.duplex.status.StatusReader;
import dev.duplex.status.json.EventJson;
import dev.duplex.status.json.Json;
import dev.duplex.status.json.StatusJson;
import dev.duplex.status.service.ServiceClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how a link is. */
@Command(
    name = "status",
    description =
        "Shows how the link is; exit code 0 in sync, 3 diverged or recovering, 4 halted, 1"
            + " unknown.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Terminal terminal;
  private final Shutdown shutdown;
  private final Time time = Time.system();

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(
      names = "--follow",
      description =
          "Show events as they come, and the state whenever it changes, until" + " stopped.")
  private boolean follow;

  @Option(names = "--json", description = "Print JSON, one line each time.")
  private boolean json;

  public StatusCommand(Terminal terminal, Shutdown shutdown) {
    this.terminal = terminal;
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws InterruptedException {
    DuplexConfig config = link.load();
    shutdown.interruptThisThread();
    try (SchemaRegistry registry = LinkAccess.registry(config)) {
      if (!follow) {
        return once(config, registry);
      }
      follow(config, registry);
      return ExitCode.DONE;
    }
  }

  private int once(DuplexConfig config, SchemaRegistry registry) throws InterruptedException {
    Duration limit = config.status().divergedAfter();
    try (StatusReader reader = StatusReader.open(LinkAccess.kafka(config), registry);
        ServiceClient services = new ServiceClient(config.status().services(), time)) {
      reader.listen(limit);
      services.ask();
      reader.poll(); // to have asked took time, in which nobody was listened to
      LinkStatus status = judge(config, reader.facts(limit).withWaiting(waiting(config)), services);
      show(status);
      return switch (status.state()) {
        case IN_SYNC -> ExitCode.DONE;
        case DIVERGED, RECOVERING -> ExitCode.DIVERGED;
        case HALTED -> ExitCode.HALTED;
      };
    } catch (RetryException e) {
      WithoutKafka local =
          WithoutKafka.look(config, String.valueOf(e.getMessage())).orElseThrow(() -> e);
      terminal.error(String.valueOf(e.getMessage()));
      if (json) {
        terminal.result(local.json());
      } else {
        local.lines().forEach(terminal::result);
      }
      return ExitCode.DIVERGED;
    }
  }

  /** The worst of what the topics and the services say. */
  private static LinkStatus judge(DuplexConfig config, LinkFacts topics, ServiceClient services) {
    return LinkStatus.of(config.link(), topics.withServices(config.link(), services.reports()));
  }

  /** What waits on this machine to be told. */
  private List<StatusEvent> waiting(DuplexConfig config) {
    try {
      return LocalStatus.read(config.spool().directoryOf(config.link())).waiting();
    } catch (IOException e) {
      terminal.error("what waits here to be told cannot be read: " + e.getMessage());
      return List.of();
    }
  }

  private void follow(DuplexConfig config, SchemaRegistry registry) throws InterruptedException {
    String shown = "";
    try (ServiceClient services = new ServiceClient(config.status().services(), time)) {
      services.start(Loops.THREADS);
      while (true) {
        try (StatusReader reader = StatusReader.open(LinkAccess.kafka(config), registry)) {
          shown = watch(reader, services, config, shown);
        } catch (RetryException e) {
          terminal.error(e.getMessage() + "; trying again");
          time.sleep(RETRY);
        }
      }
    } catch (InterruptedException e) {
      if (!shutdown.isRequested()) {
        throw e;
      }
    }
  }

  private String watch(
      StatusReader reader, ServiceClient services, DuplexConfig config, String before)
      throws InterruptedException {
    String shown = before;
    while (!shutdown.isRequested()) {
      reader.takeEvents().forEach(this::show);
      LinkStatus status = judge(config, reader.facts(config.status().divergedAfter()), services);
      String key = StatusText.changing(status);
      if (!key.equals(shown)) {
        show(status);
        shown = key;
      }
      reader.poll();
    }
    throw new InterruptedException("stopped");
  }

  private void show(StatusEvent event) {
    terminal.result(
        json ? Json.line(Map.of("event", EventJson.map(event))) : EventText.line(event));
  }

  private void show(LinkStatus status) {
    if (json) {
      terminal.result(Json.line(StatusJson.map(status)));
    } else if (follow) {
      terminal.result(StatusText.headline(status));
    } else {
      StatusText.lines(status).forEach(terminal::result);
    }
  }
}
