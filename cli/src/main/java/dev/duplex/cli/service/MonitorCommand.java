package dev.duplex.cli.service;

import dev.duplex.admin.LinkAccess;
import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.http.MonitorPort;
import dev.duplex.status.monitor.Monitor;
import dev.duplex.status.service.ServiceClient;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Watches links and serves the dashboard. */
@Command(
    name = "monitor",
    description = "Watches links and serves the dashboard. Runs until it is stopped.",
    mixinStandardHelpOptions = true)
public final class MonitorCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(MonitorCommand.class);

  private final Shutdown shutdown;

  @Mixin private LinkOptions link = new LinkOptions();

  public MonitorCommand(Shutdown shutdown) {
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws InterruptedException {
    DuplexConfig config = link.load();
    CountDownLatch stop = new CountDownLatch(1);
    try (MonitorPort port = MonitorPort.open(config.status().http());
        SchemaRegistry registry = LinkAccess.registry(config);
        ServiceClient services = new ServiceClient(config.status().services(), Time.system());
        Monitor monitor =
            Monitor.start(config, LinkAccess.kafka(config), registry, services::reports)) {
      services.start(Loops.THREADS);
      port.serve(monitor, config.status().divergedAfter(), monitor::undecodable, Time.system());
      shutdown.onRequest(stop::countDown);
      LOG.info("the dashboard is at {}", port.address());
      stop.await();
    }
    return ExitCode.DONE;
  }
}
