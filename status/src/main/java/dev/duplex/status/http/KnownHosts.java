package dev.duplex.status.http;

import dev.duplex.config.HostPort;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names under which a port on loopback may be addressed. Any other one comes from a foreign
 * page whose name was made to point here (DNS rebinding), so that it could read what is served. A
 * port that others can reach has names that nobody knows here, and takes all.
 */
final class KnownHosts {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern AUTHORITY = Pattern.compile("(\\[[^\\]]*]|[^:\\[\\]]*)(?::[0-9]*)?");

  private final boolean all;
  private final String configured;

  KnownHosts(HostPort address, InetAddress resolved) {
    String host = address.host().toLowerCase(Locale.ROOT);
    this.all = !resolved.isLoopbackAddress();
    this.configured = host.contains(":") ? "[" + host + "]" : host;
  }

  /**
   * Whether a request may come in.
   *
   * @param authority the header {@code Host}, which every browser sends
   */
  boolean allow(@Nullable String authority) {
    if (all || authority == null) {
      return true;
    }
    Matcher matcher = AUTHORITY.matcher(authority.toLowerCase(Locale.ROOT));
    return matcher.matches()
        && (LOOPBACK.contains(matcher.group(1)) || configured.equals(matcher.group(1)));
  }
}
