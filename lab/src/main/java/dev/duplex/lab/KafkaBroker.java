package dev.duplex.lab;

import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker that is its own controller (KRaft combined mode), as a child process on loopback.
 *
 * <p>It has two listeners for clients: one for those that want to reach it, and one that is
 * advertised with the port of a {@link FaultProxy}, so that everything of a client that starts with
 * {@link #proxiedBootstrapServers()} goes through the proxy.
 */
public final class KafkaBroker extends JavaServer {
  /** Enough for tests; give more for benchmarks and records of many megabytes. */
  public static final int DEFAULT_HEAP_MEGABYTES = 192;

  private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);
  private static final int REQUEST_TIMEOUT_MILLIS = 2_000;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final Map<String, String> settings;
  private final int heapMegabytes;
  private final int port = FreePorts.reserve();
  private final int proxiedPort = FreePorts.reserve();
  private final int controllerPort = FreePorts.reserve();
  private final FaultProxy proxy = new FaultProxy(proxiedPort);

  public KafkaBroker(Path directory) {
    this(directory, Map.of(), DEFAULT_HEAP_MEGABYTES);
  }

  /**
   * @param settings for server.properties, on top of the laboratory's
   */
  public KafkaBroker(Path directory, Map<String, String> settings, int heapMegabytes) {
    super("kafka", directory);
    this.settings = Map.copyOf(settings);
    this.heapMegabytes = heapMegabytes;
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The same broker, reached through {@link #proxy()}. */
  public String proxiedBootstrapServers() {
    return "127.0.0.1:" + proxy.port();
  }

  /** Listens from the first {@link #start} until {@link #close}, also while the broker is down. */
  public FaultProxy proxy() {
    return proxy;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    proxy.start();
    super.start();
  }

  @Override
  public void close() {
    proxy.close();
    super.close();
  }

  @Override
  void prepare() throws IOException, InterruptedException {
    Files.writeString(logging(), Parts.text("/dev/duplex/lab/broker-log4j2.xml"));
    try (Writer out = Files.newBufferedWriter(configuration())) {
      properties().store(out, null);
    }
    if (Files.exists(directory().resolve("data/meta.properties"))) {
      return;
    }
    runToEnd(
        java(
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            "--ignore-formatted",
            "-t",
            Uuid.randomUuid().toString(),
            "-c",
            configuration().toString()),
        FORMAT_LIMIT);
  }

  @Override
  List<String> command() {
    return java("kafka.Kafka", configuration().toString());
  }

  @Override
  Callable<Boolean> readiness() {
    return () -> {
      // The admin client would log a warning for each vain attempt to connect.
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      Admin admin =
          Admin.create(
              Map.of(
                  AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                  AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS,
                  AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS));
      try {
        return !admin
            .describeCluster()
            .nodes()
            .get(REQUEST_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
            .isEmpty();
      } finally {
        admin.close(CLOSE_LIMIT);
      }
    };
  }

  @Override
  public String toString() {
    return "Kafka broker on port " + port;
  }

  private Path configuration() {
    return directory().resolve("server.properties");
  }

  private Path logging() {
    return directory().resolve("log4j2.xml");
  }

  private List<String> java(String... mainAndArguments) {
    List<String> command =
        JavaCommand.of(
            "-Xms64m",
            "-Xmx%dm".formatted(heapMegabytes),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + directory(),
            "-Dlog4j2.configurationFile=" + logging(),
            "-cp",
            Parts.find("kafka", Parts.built("kafka")).resolve("*").toString());
    command.addAll(1, classOptions());
    command.addAll(List.of(mainAndArguments));
    return command;
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "process.roles", "broker,controller",
            "node.id", "1",
            "log.dirs", directory().resolve("data").toString(),
            "listeners",
                "CLIENT://127.0.0.1:%d,PROXIED://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d"
                    .formatted(port, proxiedPort, controllerPort),
            "advertised.listeners",
                "CLIENT://127.0.0.1:%d,PROXIED://127.0.0.1:%d".formatted(port, proxy.port()),
            "listener.security.protocol.map",
                "CLIENT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "inter.broker.listener.name", "CLIENT",
            "controller.listener.names", "CONTROLLER",
            "controller.quorum.bootstrap.servers", "127.0.0.1:" + controllerPort,
            "auto.create.topics.enable", "false"));
    for (String topic : List.of("offsets", "transaction.state", "share.coordinator.state")) {
      String log = topic.equals("transaction.state") ? topic + ".log" : topic + ".topic";
      properties.setProperty(log + ".num.partitions", "1");
      properties.setProperty(log + ".replication.factor", "1");
    }
    properties.putAll(
        Map.of(
            "transaction.state.log.min.isr", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "group.initial.rebalance.delay.ms", "0",
            // Else the controller waits for the old session's end after kill -9.
            "broker.session.timeout.ms", "2000",
            "broker.heartbeat.interval.ms", "100",
            // Small transactions back to back would wait 20 ms for each other.
            "add.partitions.to.txn.retry.backoff.ms", "1",
            // Else a dead producer holds read_committed readers back for 10 s more.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500",
            // The default takes 128 MB of the heap.
            "log.cleaner.dedupe.buffer.size", "2097152"));
    properties.putAll(settings);
    return properties;
  }
}
