package dev.duplex.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that nobody listens on. They lie below the range from which the kernel serves
 * outgoing connections, so that a server that is down does not lose its port to a client's socket,
 * and none is handed out twice in this JVM. Another JVM may take one before it is used: the ports
 * are drawn at random to make that unlikely. Thread-safe.
 */
public final class FreePorts {
  private static final int LOWEST = 15_000;
  private static final int DEFAULT_EPHEMERAL_LOW = 32_768;
  private static final int ATTEMPTS = 1_000;
  private static final Path EPHEMERAL_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final Set<Integer> RESERVED = new HashSet<>();

  private FreePorts() {}

  /** Reserves one port for the life of this JVM. */
  public static synchronized int reserve() {
    int end = Math.max(LOWEST + ATTEMPTS, ephemeralLow());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
      if (!RESERVED.contains(port) && isFree(port)) {
        RESERVED.add(port);
        return port;
      }
    }
    throw new LabException(
        "No free loopback port between %d and %d; end some servers".formatted(LOWEST, end));
  }

  /** Whether a server could listen on this loopback port now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static int ephemeralLow() {
    try {
      return Integer.parseInt(Files.readString(EPHEMERAL_RANGE).strip().split("\\s+")[0]);
    } catch (IOException | NumberFormatException e) {
      return DEFAULT_EPHEMERAL_LOW;
    }
  }
}
