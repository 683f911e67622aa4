package dev.duplex.cli.service;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.config.DuplexConfig;
import dev.duplex.producer.relay.Relay;
import dev.duplex.status.http.ServicePort;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Publishes the primary's transactions. */
@Command(
    name = "producer",
    description = "Publishes the primary's transactions. Runs until it is stopped.",
    mixinStandardHelpOptions = true)
public final class ProducerCommand implements Callable<Integer> {
  private final Shutdown shutdown;

  @Mixin private LinkOptions link = new LinkOptions();

  public ProducerCommand(Shutdown shutdown) {
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws InterruptedException {
    DuplexConfig config = link.load();
    Relay service = new Relay(config);
    Optional<ServicePort> port =
        config.producer().http().map(address -> RelayPort.open(address, config.link(), service));
    try {
      shutdown.onRequest(service::stop);
      service.run();
      return ExitCode.DONE;
    } finally {
      port.ifPresent(ServicePort::close);
    }
  }
}
