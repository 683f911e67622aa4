package dev.duplex.cli.service;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.Applier;
import dev.duplex.status.http.ServicePort;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Applies the transactions to the secondary. */
@Command(
    name = "consumer",
    description = "Applies the transactions to the secondary. Runs until it is stopped.",
    mixinStandardHelpOptions = true)
public final class ConsumerCommand implements Callable<Integer> {
  private final Shutdown shutdown;

  @Mixin private LinkOptions link = new LinkOptions();

  public ConsumerCommand(Shutdown shutdown) {
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws InterruptedException {
    DuplexConfig config = link.load();
    Applier service = new Applier(config);
    Optional<ServicePort> port =
        config.consumer().http().map(address -> ApplierPort.open(address, config.link(), service));
    try {
      shutdown.onRequest(() -> stop(service));
      service.run();
      return ExitCode.DONE;
    } finally {
      port.ifPresent(ServicePort::close);
    }
  }

  private static void stop(Applier service) {
    try {
      service.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // only the end of the process follows
    }
  }
}
