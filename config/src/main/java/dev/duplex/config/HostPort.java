package dev.duplex.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen on.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 0 to 65535; 0 takes any free port
 */
public record HostPort(String host, int port) {
  private static final Pattern FORMAT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^\\s:/@\\[\\]]+)):([0-9]{1,5})");
  private static final int PORT_MAX = 65535;

  /**
   * Checks the port.
   *
   * @throws IllegalArgumentException if there is no such port
   */
  public HostPort {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("has no valid port; write one from 0 to 65535");
    }
  }

  /**
   * Reads {@code host:port} or {@code [IPv6 address]:port}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static HostPort parse(String text) {
    Matcher matcher = FORMAT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("is not host:port; write it like 127.0.0.1:8480");
    }
    String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return new HostPort(host, Integer.parseInt(matcher.group(3)));
  }

  /** As it is written in the file. */
  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
