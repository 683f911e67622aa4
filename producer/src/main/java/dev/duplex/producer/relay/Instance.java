package dev.duplex.producer.relay;

import dev.duplex.schemas.Link;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names one run of a relay, for people who look who holds a link.
 *
 * @param name {@code <pid>@<host>#<4 hex digits>}
 */
record Instance(String name, String host) {
  /** How the control session of an instance is called on the primary (at most 63 bytes). */
  static String controlName(Link link, String instance) {
    return "duplex relay " + link + instance.substring(instance.lastIndexOf('#'));
  }

  static Instance create() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost"; // a machine that does not know its own name still has a relay
    }
    String suffix = String.format("%04x", ThreadLocalRandom.current().nextInt(0x10000));
    return new Instance(ProcessHandle.current().pid() + "@" + host + "#" + suffix, host);
  }
}
