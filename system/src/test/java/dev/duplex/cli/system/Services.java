package dev.duplex.cli.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Twin;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.FaultProxy;
import dev.duplex.lab.OwnClock;
import dev.duplex.lab.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two producers with the same spool directory and two consumers. What they connect through can be
 * broken: the producers' ways to the primary, the broker and the registry, and the consumers' way
 * to the secondary.
 */
final class Services implements AutoCloseable {
  private static final String HOST = "127.0.0.1:";

  /** One of the four processes; it is another one after each start. */
  final class Service {
    private final String command;
    private final String log;
    private final Path config;
    private final @Nullable OwnClock clock;
    private ChildProcess process;

    private Service(String command, int number, Path config, @Nullable OwnClock clock)
        throws IOException {
      this.command = command;
      this.log = command + "-" + number;
      this.config = config;
      this.clock = clock;
      this.process = run();
    }

    private ChildProcess run() throws IOException {
      return clock == null
          ? twin.start(command, log, config)
          : twin.start(clock, command, log, config);
    }

    ChildProcess process() {
      return process;
    }

    /** Starts it again after it was killed. */
    void start() throws IOException {
      process = run();
    }

    @Override
    public String toString() {
      return log;
    }
  }

  private final Twin twin;
  private final Path spool;
  private final FaultProxy primary;
  private final FaultProxy secondary;
  private final FaultProxy registry;
  private final List<Service> producers = new ArrayList<>();
  private final List<Service> consumers = new ArrayList<>();

  /**
   * Starts them.
   *
   * @param limits more keys of the section spool, with a comma before; or nothing
   * @param primarys the producers' clock; null for the real one
   * @param secondarys the consumers' clock; null for the real one
   */
  Services(Twin twin, String limits, @Nullable OwnClock primarys, @Nullable OwnClock secondarys)
      throws IOException {
    this.twin = twin;
    spool = twin.directory().resolve("spool");
    primary = new FaultProxy(twin.lab().primary().port());
    secondary = new FaultProxy(twin.lab().secondary().port());
    registry = new FaultProxy(registryPort());
    primary.start();
    secondary.start();
    registry.start();
    String section = "spool: { directory: \"%s\"%s }".formatted(spool, limits);
    Path producer = twin.writeConfig("producer.yaml", section);
    through(primary, twin.lab().primary().port(), producer);
    through(registry, registryPort(), producer);
    replace(
        producer,
        twin.lab().broker().bootstrapServers(),
        twin.lab().broker().proxiedBootstrapServers());
    Path consumer = twin.writeConfig("consumer.yaml", section);
    through(secondary, twin.lab().secondary().port(), consumer);
    for (int number = 1; number <= 2; number++) {
      producers.add(new Service("producer", number, producer, primarys));
      consumers.add(new Service("consumer", number, consumer, secondarys));
    }
  }

  private int registryPort() {
    return URI.create(twin.lab().registry().url()).getPort();
  }

  private static void through(FaultProxy proxy, int port, Path config) throws IOException {
    replace(config, HOST + port, HOST + proxy.port());
  }

  private static void replace(Path config, String old, String by) throws IOException {
    Files.writeString(config, Files.readString(config).replace(old, by));
  }

  FaultProxy primaryLink() {
    return primary;
  }

  FaultProxy secondaryLink() {
    return secondary;
  }

  FaultProxy brokerLink() {
    return twin.lab().broker().proxy();
  }

  FaultProxy registryLink() {
    return registry;
  }

  List<Service> all() {
    return Stream.concat(producers.stream(), consumers.stream()).toList();
  }

  /** The producer that holds the link. */
  Service activeProducer() throws SQLException {
    return active(producers, twin.lab().primary(), "duplex.relay");
  }

  /** The consumer that holds the link. */
  Service activeConsumer() throws SQLException {
    return active(consumers, twin.lab().secondary(), "duplex.applied");
  }

  /** The first one if none does: it was killed, and nobody has taken over yet. */
  private Service active(List<Service> services, PostgresServer server, String table)
      throws SQLException {
    try (Connection connection = server.connect(twin.link().name())) {
      long pid =
          Twin.number(connection, "SELECT split_part(instance, '@', 1)::bigint FROM " + table);
      return services.stream()
          .filter(service -> service.process().pid() == pid)
          .findFirst()
          .orElse(services.get(0));
    }
  }

  /** Nothing that happens to the others may end a service. */
  void assertAlive() {
    for (Service service : all()) {
      assertThat(service.process().isAlive())
          .as("%s: %s", service, service.process().lastLogLine())
          .isTrue();
    }
  }

  /** Whether changes lie on the disk only; a diff file of no transaction yet counts too. */
  boolean hasDiffFiles() throws IOException {
    Path directory = spool.resolve(twin.link().name());
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.getFileName().toString().startsWith("diff-"));
    }
  }

  /** Whether what a log says occurs in that of one of the producers. */
  boolean producersSaid(String text) throws IOException {
    return howOftenProducersSaid(text) > 0;
  }

  /** In the logs of all of them. */
  int howOftenProducersSaid(String text) throws IOException {
    int count = 0;
    for (Service producer : producers) {
      count += Files.readString(producer.process().log()).split(Pattern.quote(text), -1).length - 1;
    }
    return count;
  }

  /** Ends the proxies; the processes are the twin's. */
  @Override
  public void close() {
    primary.close();
    secondary.close();
    registry.close();
  }
}
