package dev.duplex.consumer;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names this process among those that may apply a link.
 *
 * @param id {@code <pid>@<host>#<4 hex digits>}
 */
record Instance(String id, String host, String mark) {
  static Instance create() {
    byte[] random = new byte[2];
    new SecureRandom().nextBytes(random);
    String mark = HexFormat.of().formatHex(random);
    String host = hostName();
    return new Instance(ProcessHandle.current().pid() + "@" + host + "#" + mark, host, mark);
  }

  /** Shown in pg_stat_activity; PostgreSQL cuts it, so what tells instances apart comes first. */
  String applicationName() {
    return "duplex consumer " + mark + " " + id;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // a machine that does not know its own name
    }
  }
}
