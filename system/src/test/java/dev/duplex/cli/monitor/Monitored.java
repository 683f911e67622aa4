package dev.duplex.cli.monitor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.duplex.cli.Twin;
import dev.duplex.lab.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A monitor of a twin, and what it says. */
final class Monitored {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final int port = FreePorts.reserve();
  private final int producerPort = FreePorts.reserve();
  private final int consumerPort = FreePorts.reserve();

  /** YAML for a twin whose services can be asked, too. */
  String configuration() {
    return """
        status:
          diverged-after: 3s
          http: "127.0.0.1:%d"
          services: ["127.0.0.1:%d", "127.0.0.1:%d"]
        producer: { http: "127.0.0.1:%d" }
        consumer: { http: "127.0.0.1:%d" }
        """
        .formatted(port, producerPort, consumerPort, producerPort, consumerPort);
  }

  /** The page of a link. */
  URI page(Twin twin) {
    return URI.create("http://127.0.0.1:" + port + "/#/link/" + twin.link());
  }

  /** What the API says of the link; missing while it says nothing. */
  JsonNode link(Twin twin) throws InterruptedException {
    return get("/api/links/" + twin.link());
  }

  JsonNode get(String path) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(LIMIT)
            .build();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200
          ? JSON.readTree(response.body())
          : MissingNode.getInstance();
    } catch (IOException e) {
      return MissingNode.getInstance(); // it does not answer (yet)
    }
  }
}
