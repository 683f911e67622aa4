package dev.duplex.status.http;

import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.monitor.MonitorView;
import java.net.URI;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * The monitor's port: the dashboard, {@code /api} for programs, {@code /health} and {@code
 * /metrics}. It only reads. It listens before there is a monitor, so that nothing is started in
 * vain where it cannot.
 */
public final class MonitorPort implements AutoCloseable {
  private static final String KEY = "status.http";
  private static final String PAGE = "/dev/duplex/status/page/";

  private final HttpPort port;
  private final PageFiles page;
  private volatile @Nullable MonitorSite site;

  private MonitorPort(HostPort address, String folder, Duration idle) {
    this.page = new PageFiles(folder);
    this.port = HttpPort.open(address, KEY, this::find, idle);
  }

  /**
   * Listens, until it is closed.
   *
   * @throws ConfigException if the address cannot be listened on
   */
  public static MonitorPort open(HostPort address) {
    return open(address, PAGE, HttpPort.IDLE_LIMIT);
  }

  static MonitorPort open(HostPort address, String folder, Duration idle) {
    return new MonitorPort(address, folder, idle);
  }

  /**
   * Serves what a monitor knows from now on. Call once.
   *
   * @param divergedAfter how far behind the secondary may be before the link counts as diverged
   * @param undecodable how many records the monitor has skipped; asked on any thread
   */
  public void serve(MonitorView view, Duration divergedAfter, LongSupplier undecodable, Time time) {
    MonitorSite made = new MonitorSite(view, divergedAfter, undecodable, page, time);
    made.start();
    site = made;
  }

  /** Where the dashboard is. */
  public URI address() {
    return URI.create("http://" + port.address() + "/");
  }

  private Request.@Nullable Handler find(String path) {
    MonitorSite served = site;
    return served == null
        ? Answer.error(HttpStatus.SERVICE_UNAVAILABLE_503, "the monitor is starting")
        : served.find(path);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    MonitorSite served = site;
    if (served != null) {
      served.close();
    }
    port.close();
  }
}
