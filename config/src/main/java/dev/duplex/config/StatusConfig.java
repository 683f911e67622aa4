package dev.duplex.config;

import java.time.Duration;
import java.util.Optional;

/**
 * The status of the link and its monitor.
 *
 * @param divergedAfter how far behind the secondary may be before the link counts as diverged
 * @param http where the monitor serves its dashboard
 */
public record StatusConfig(Duration divergedAfter, HostPort http) {

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public StatusConfig {
    new Checks().positive(divergedAfter, "diverged-after").done();
  }

  static Optional<StatusConfig> read(Section section) {
    Duration divergedAfter =
        section.value("diverged-after", Duration.ofSeconds(5), Scalars::duration);
    HostPort http = section.value("http", new HostPort("127.0.0.1", 8480), HostPort::parse);
    return section.build(() -> new StatusConfig(divergedAfter, http));
  }
}
