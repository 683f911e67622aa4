package dev.duplex.config;

import java.util.Optional;

/**
 * The process of one role.
 *
 * @param http where it serves {@code /health} and {@code /metrics}; empty for nowhere
 */
public record ServiceConfig(Optional<HostPort> http) {

  static Optional<ServiceConfig> read(Section section) {
    Optional<HostPort> http =
        section.value(
            "http",
            Optional.empty(),
            text -> text.equals("none") ? Optional.empty() : Optional.of(HostPort.parse(text)));
    return section.build(() -> new ServiceConfig(http));
  }
}
