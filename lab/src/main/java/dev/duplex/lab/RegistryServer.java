package dev.duplex.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A schema registry (Apicurio) with Confluent's API, as a child process on loopback. Every schema
 * is on disk before its id is returned, so nothing is lost by {@link #kill}.
 */
public final class RegistryServer extends JavaServer {
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
  private static final int HTTP_OK = 200;

  private final int port = FreePorts.reserve();

  public RegistryServer(Path directory) {
    super("registry", directory);
  }

  /** The base URL for Confluent's client. */
  public String url() {
    return "http://127.0.0.1:%d/apis/ccompat/v7".formatted(port);
  }

  /** Ends it, deletes all schemas and starts it again: ids are handed out anew. */
  public void reset() throws IOException, InterruptedException {
    stop();
    Directories.deleteIfExists(data());
    start();
  }

  @Override
  void prepare() {}

  @Override
  List<String> command() {
    String version = Parts.built("registry");
    Path jar =
        Parts.find("registry", version)
            .resolve("apicurio-registry-app-%s-runner.jar".formatted(version));
    List<String> command =
        JavaCommand.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + directory(),
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + port,
            // H2 otherwise writes up to half a second after the commit.
            "-Dapicurio.datasource.url=jdbc:h2:file:"
                + data().resolve("registry")
                + ";WRITE_DELAY=0",
            "-jar",
            jar.toString());
    command.addAll(1, classOptions());
    return command;
  }

  @Override
  Callable<Boolean> readiness() {
    HttpClient client = HttpClient.newBuilder().connectTimeout(PROBE_LIMIT).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/subjects")).timeout(PROBE_LIMIT).build();
    return () ->
        client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == HTTP_OK;
  }

  @Override
  public String toString() {
    return "Schema registry on port " + port;
  }

  private Path data() {
    return directory().resolve("data");
  }
}
