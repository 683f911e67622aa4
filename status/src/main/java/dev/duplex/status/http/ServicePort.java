package dev.duplex.status.http;

import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.status.metrics.Metrics;
import dev.duplex.status.service.ServiceJson;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The port of a producer or consumer: {@code /health}, {@code /metrics} and {@code /api/service}.
 * It only reads what the service leaves to be read, so the service never waits for it.
 */
public final class ServicePort implements AutoCloseable {
  private final Supplier<ServiceReport> service;
  private final Metrics metrics;
  private final HttpPort port;

  private ServicePort(
      HostPort address, String key, Supplier<ServiceReport> service, Metrics metrics) {
    this.service = service;
    this.metrics = metrics;
    this.port = HttpPort.open(address, key, this::find, HttpPort.IDLE_LIMIT);
  }

  /**
   * Serves what a service says of itself, until it is closed.
   *
   * @param key of the configuration that the address is from
   * @param service asked on any thread; must return at once
   * @param metrics closed with the port
   * @throws ConfigException if the address cannot be listened on
   */
  public static ServicePort open(
      HostPort address, String key, Supplier<ServiceReport> service, Metrics metrics) {
    return new ServicePort(address, key, service, metrics);
  }

  /** Where it listens. */
  public HostPort address() {
    return port.address();
  }

  private Request.@Nullable Handler find(String path) {
    return switch (path) {
      case "/api/service" -> Answer.json(ServiceJson.map(service.get()));
      case "/health" -> health(service.get());
      case "/metrics" -> Answer.text(Metrics.CONTENT_TYPE, metrics.text());
      default -> null;
    };
  }

  private static Answer health(ServiceReport report) {
    boolean down = report.state().isDown();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("status", down ? "DOWN" : "UP");
    map.putAll(ServiceJson.map(report));
    return Answer.json(down ? HttpStatus.SERVICE_UNAVAILABLE_503 : HttpStatus.OK_200, map);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    port.close();
    metrics.close();
  }
}
