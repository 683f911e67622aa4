package dev.duplex.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The status of the link and its monitor.
 *
 * @param divergedAfter how far behind the secondary may be before the link counts as diverged
 * @param http where the monitor serves its dashboard
 * @param links which links the monitor watches; none for the link of this file alone
 * @param services where producers and consumers serve HTTP: the monitor asks them, too, so that it
 *     knows more than Kafka tells while Kafka is away
 */
public record StatusConfig(
    Duration divergedAfter, HostPort http, List<LinkPattern> links, List<HostPort> services) {

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public StatusConfig {
    new Checks().positive(divergedAfter, "diverged-after").done();
    links = List.copyOf(links);
    services = List.copyOf(services);
  }

  static Optional<StatusConfig> read(Section section) {
    Duration divergedAfter =
        section.value("diverged-after", Duration.ofSeconds(5), Scalars::duration);
    HostPort http = section.value("http", new HostPort("127.0.0.1", 8480), HostPort::parse);
    List<LinkPattern> links = section.list("links", List.of(), LinkPattern::parse);
    List<HostPort> services = section.list("services", List.of(), HostPort::parse);
    return section.build(() -> new StatusConfig(divergedAfter, http, links, services));
  }
}
