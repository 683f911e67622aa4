package dev.duplex.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.cli.Main;
import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.FreePorts;
import dev.duplex.lab.JavaCommand;
import dev.duplex.schemas.Position;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** {@code duplex monitor} as a process of its own, and a subscriber to what it tells. */
final class WatchedMonitor implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
  private static final String DATA = "data:";

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ChildProcess process;
  private final URI address;

  private WatchedMonitor(ChildProcess process, URI address) {
    this.process = process;
    this.address = address;
  }

  /** Returns when it knows how its links are. */
  static WatchedMonitor start(Servers servers, String prefix, Duration limit)
      throws IOException, InterruptedException {
    int port = FreePorts.reserve();
    Path file = servers.directory().resolve(prefix + "monitor.yaml");
    PrivateFile.write(
        file,
        """
        link: %s0
        primary: { jdbc-url: "jdbc:postgresql://127.0.0.1/none", username: none }
        secondary: { jdbc-url: "jdbc:postgresql://127.0.0.1/none", username: none }
        kafka: { bootstrap.servers: "%s" }
        registry: { url: "%s" }
        topics: { replication-factor: 1 }
        status: { http: "127.0.0.1:%d", links: ["%s*"] }
        """
            .formatted(prefix, servers.bootstrapServers(), servers.registryUrl(), port, prefix));
    List<String> command =
        JavaCommand.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "monitor",
            "-c",
            file.toString());
    WatchedMonitor monitor =
        new WatchedMonitor(
            ChildProcess.start(
                command,
                Map.of(),
                servers.directory(),
                servers.directory().resolve(prefix + "monitor.log")),
            URI.create("http://127.0.0.1:" + port + "/"));
    try {
      Await.until("the monitor to know its links", limit, monitor::isCurrent);
    } catch (InterruptedException | RuntimeException e) {
      monitor.close();
      throw e;
    }
    return monitor;
  }

  private boolean isCurrent() throws InterruptedException {
    if (!process.isAlive()) {
      throw new BenchException("the monitor ends with: " + process.lastLogLine());
    }
    try {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/health")).timeout(ANSWER_LIMIT).build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /**
   * Subscribes as the page does, and takes the age of each link's newest position as it comes.
   *
   * @return in milliseconds
   */
  double[] ages(ProgressLoad load, Duration time) throws IOException, InterruptedException {
    DoubleStream.Builder ages = DoubleStream.builder();
    Map<String, Long> newest = new HashMap<>();
    HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/events")).build();
    long end = System.nanoTime() + time.toNanos();
    try (InputStream events =
            client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (line != null && System.nanoTime() - end < 0) {
        long now = System.nanoTime();
        if (line.startsWith(DATA)) {
          take(json.readTree(line.substring(DATA.length())), load, newest, now, ages);
        }
        line = lines.readLine();
      }
    }
    return ages.build().toArray();
  }

  private static void take(
      JsonNode document,
      ProgressLoad load,
      Map<String, Long> newest,
      long now,
      DoubleStream.Builder ages) {
    for (JsonNode link : document.path("links")) {
      long position = Position.parse(link.path("producer").path("position").asText());
      @Nullable Long before = newest.put(link.path("link").asText(), position);
      Long sent = load.sentNanos(position);
      if (before != null && before != position && sent != null) {
        ages.add((now - sent) / 1e6);
      }
    }
  }

  /** The most that the process has had. */
  double residentMegabytes() throws IOException {
    for (String line :
        Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    throw new BenchException("this system does not tell the memory of a process");
  }

  @Override
  public void close() throws InterruptedException {
    boolean unused = process.terminate(STOP_LIMIT);
  }
}
