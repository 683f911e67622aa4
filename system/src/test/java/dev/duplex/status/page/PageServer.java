package dev.duplex.status.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A monitor without Kafka: serves the page's files and tells a scene as the real one would. It can
 * freeze (connections stay, nothing comes) and refuse subscribers, so that a test sees what the
 * page does then. Thread-safe.
 */
final class PageServer implements AutoCloseable {
  private static final String EVENTS = "/api/events";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<OutputStream> subscribers = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Scene scene;
  private volatile boolean frozen;
  private volatile boolean refusing;

  PageServer(Scene scene) throws IOException {
    this.scene = scene;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** Every path that was asked for. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  /** Tells another scene from now on, and tells it to all subscribers. */
  void show(Scene next) {
    scene = next;
    tell();
  }

  /** The document again, with the time of now: the sign of life. */
  void tell() {
    scene.links().put("time", Instant.now().toString());
    send("event: links\ndata: " + scene.links() + "\n\n");
  }

  void event(ObjectNode event) {
    send("id: 1\nevent: status\ndata: " + event + "\n\n");
  }

  void raw(String text) {
    send(text);
  }

  /** From now on nothing is answered or sent, while connections stay open; or again as ever. */
  void freeze(boolean now) {
    frozen = now;
  }

  /** From now on subscribers are refused, those that are there are sent away; or again as ever. */
  void refuse(boolean now) throws IOException {
    refusing = now;
    if (now) {
      for (OutputStream subscriber : List.copyOf(subscribers)) {
        subscribers.remove(subscriber);
        subscriber.close();
      }
    }
  }

  int subscribers() {
    return subscribers.size();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void send(String text) {
    if (frozen) {
      return;
    }
    for (OutputStream subscriber : List.copyOf(subscribers)) {
      try {
        synchronized (subscriber) {
          subscriber.write(text.getBytes(UTF_8));
          subscriber.flush();
        }
      } catch (IOException gone) {
        subscribers.remove(subscriber);
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(exchange.getRequestMethod() + " " + path);
    if (frozen) {
      return;
    }
    exchange.getResponseHeaders().set("Content-Security-Policy", "default-src 'self'");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
    if (path.equals(EVENTS)) {
      subscribe(exchange);
    } else if (path.startsWith("/api/")) {
      JsonNode document = document(exchange.getRequestURI().getRawPath());
      byte[] body = Objects.toString(document, "{\"error\":\"no such link\"}").getBytes(UTF_8);
      reply(exchange, document == null ? 404 : 200, "application/json", body);
    } else {
      file(exchange, path.equals("/") ? "/index.html" : path);
    }
  }

  private void subscribe(HttpExchange exchange) throws IOException {
    if (refusing) {
      reply(exchange, 503, "application/json", "{\"error\":\"too many\"}".getBytes(UTF_8));
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    subscribers.add(exchange.getResponseBody());
    tell();
  }

  private @Nullable JsonNode document(String rawPath) {
    Scene now = scene;
    if (rawPath.equals("/api/links")) {
      return now.links();
    }
    String[] parts = rawPath.substring("/api/links/".length()).split("/", 2);
    Story story = now.stories().get(URLDecoder.decode(parts[0], UTF_8));
    if (story == null || parts.length != 2) {
      return null;
    }
    return switch (parts[1]) {
      case "incidents" -> story.incidents();
      case "samples" -> story.samples();
      default -> null;
    };
  }

  private void file(HttpExchange exchange, String path) throws IOException {
    try (InputStream file = getClass().getResourceAsStream("/dev/duplex/status/page" + path)) {
      String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
      if (file == null || type == null) {
        reply(exchange, 404, "text/plain", new byte[0]);
      } else {
        reply(exchange, 200, type, file.readAllBytes());
      }
    }
  }

  private static void reply(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
