package dev.duplex.schemas;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Names one run of a relay or an applier, for people who look who holds a link.
 *
 * @param name {@code <pid>@<host>#<mark>}
 * @param host the machine's name
 * @param mark four hex digits that tell instances apart, or what the run does
 */
public record Instance(String name, String host, String mark) {
  /** Names this run, unlike any other one. */
  public static Instance create() {
    byte[] random = new byte[2];
    new SecureRandom().nextBytes(random);
    String host = hostName();
    return of(ProcessHandle.current().pid(), host, HexFormat.of().formatHex(random));
  }

  /** Names this run by what it does; nobody else does that at the same time. */
  public static Instance named(String mark) {
    return of(ProcessHandle.current().pid(), hostName(), mark);
  }

  /** Names a run. */
  public static Instance of(long pid, String host, String mark) {
    return new Instance(pid + "@" + host + "#" + mark, host, mark);
  }

  /** The mark of an instance, by its name. */
  public static String mark(String name) {
    return name.substring(name.lastIndexOf('#') + 1);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // a machine that does not know its own name
    }
  }
}
