package dev.duplex.producer.setup;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Names a process that sets a link up, as the relay names its own.
 *
 * @param name {@code <pid>@<host>#init}
 */
public record SetupInstance(String name, String host) {
  public static SetupInstance ofThisProcess() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost"; // only for people to read
    }
    return new SetupInstance(ProcessHandle.current().pid() + "@" + host + "#init", host);
  }
}
