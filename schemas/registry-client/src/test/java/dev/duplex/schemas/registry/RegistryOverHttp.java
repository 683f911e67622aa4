package dev.duplex.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The two requests of a registry that a producer and a consumer send, for one schema with id
 * {@value #ID}, on a loopback port. It remembers the requests; safe for use by several threads.
 */
final class RegistryOverHttp implements AutoCloseable {
  static final int ID = 17;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
  private volatile String schema = "";

  /** What the client asked for, and the value of its Authorization header or an empty string. */
  record Request(String line, String authorization) {}

  RegistryOverHttp() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  Queue<Request> requests() {
    return requests;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      requests.add(new Request(line, authorization == null ? "" : authorization));
      switch (line) {
        case "POST /subjects/accounts-value/versions" -> {
          schema = JSON.readTree(exchange.getRequestBody()).get("schema").textValue();
          send(exchange, 200, Map.of("id", ID));
        }
        case "GET /schemas/ids/" + ID -> send(exchange, 200, Map.of("schema", schema));
        default -> send(exchange, 404, Map.of("error_code", 40403, "message", "Schema not found"));
      }
    }
  }

  private static void send(HttpExchange exchange, int status, Map<String, ?> body)
      throws IOException {
    byte[] bytes = JSON.writeValueAsString(body).getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
