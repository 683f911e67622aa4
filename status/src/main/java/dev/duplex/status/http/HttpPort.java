package dev.duplex.status.http;

import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port that answers HTTP, on threads of its own. Threads, connections, headers and the time that
 * one may hold a connection without progress are limited, so that nobody who asks can hold up the
 * rest of the process.
 */
final class HttpPort implements AutoCloseable {
  /** How long a connection may stand still. */
  static final Duration IDLE_LIMIT = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(HttpPort.class);
  private static final int MAX_THREADS = 10;
  private static final int MIN_THREADS = 2;
  private static final int MAX_CONNECTIONS = 256;
  private static final int HEADER_BYTES = 8 << 10;
  private static final long STOP_MILLIS = 1_000;

  private final Server server;
  private final ServerConnector connector;
  private final HostPort address;

  private HttpPort(Server server, ServerConnector connector, HostPort address) {
    this.server = server;
    this.connector = connector;
    this.address = address;
  }

  /**
   * Listens.
   *
   * @param key of the configuration that the address is from
   * @throws ConfigException if that cannot be listened on
   */
  static HttpPort open(HostPort address, String key, Routes routes, Duration idleLimit) {
    InetAddress resolved;
    try {
      resolved = InetAddress.getByName(address.host());
    } catch (UnknownHostException e) {
      throw ConfigException.of(key, address.host() + " is not an address of this machine");
    }
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
    threads.setName("duplex-http");
    threads.setDaemon(true);
    threads.setStopTimeout(STOP_MILLIS);
    Server server = new Server(threads);
    ServerConnector connector =
        new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration()));
    connector.setHost(address.host());
    connector.setPort(address.port());
    connector.setIdleTimeout(idleLimit.toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
    server.setHandler(new Gate(new KnownHosts(address, resolved), routes));
    server.setErrorHandler(new ErrorAnswers());
    HttpPort port = new HttpPort(server, connector, address);
    port.start(key);
    return port;
  }

  private static HttpConfiguration configuration() {
    HttpConfiguration http = new HttpConfiguration();
    http.setRequestHeaderSize(HEADER_BYTES);
    http.setResponseHeaderSize(HEADER_BYTES);
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    return http;
  }

  private void start(String key) {
    try {
      server.start();
    } catch (IOException e) {
      close();
      throw ConfigException.of(
          key,
          "cannot listen on "
              + address
              + (e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")")
              + "; end what listens there, or choose another port");
    } catch (Exception e) { // Jetty declares no less
      close();
      throw new IllegalStateException("the HTTP server does not start: " + e, e);
    }
  }

  /** Where it listens, with the port that was found if port 0 was asked for. */
  HostPort address() {
    return new HostPort(address.host(), connector.getLocalPort());
  }

  /** Ends every connection; takes a second or two at most. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // Jetty declares no less
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.warn("the HTTP server on {} did not stop in order: {}", address, e.toString());
    }
  }
}
