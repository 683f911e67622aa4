package dev.duplex.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports that nobody listens on. They lie below the range from which the kernel serves
 * outgoing connections, so that a server that is down does not lose its port to a client's socket.
 * None is handed out twice, also not by another JVM: the port after it is held as a mark. They are
 * drawn at random, so that a server that was left behind is not met again and again. Thread-safe.
 */
public final class FreePorts {
  private static final int LOWEST = 12_000;
  private static final int LEAST_RANGE = 1_000;
  private static final int DEFAULT_EPHEMERAL_LOW = 32_768;
  private static final int ATTEMPTS = 1_000;
  private static final int RANGE_BYTES = 64;
  private static final Path EPHEMERAL_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  // By the port that each one marks; open as long as this JVM lives.
  private static final Map<Integer, ServerSocket> MARKS = new HashMap<>();

  private FreePorts() {}

  /** Reserves one port for the life of this JVM. */
  public static synchronized int reserve() {
    int end = Math.max(LOWEST + LEAST_RANGE, ephemeralLow());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = 2 * ThreadLocalRandom.current().nextInt(LOWEST / 2, end / 2);
      if (isFree(port) && mark(port)) {
        return port;
      }
    }
    throw new LabException(
        "No free loopback port between %d and %d; end some servers".formatted(LOWEST, end));
  }

  /** False if another JVM has it. */
  private static boolean mark(int port) {
    try {
      MARKS.put(port, new ServerSocket(port + 1, 1, InetAddress.getLoopbackAddress()));
      return true;
    } catch (IOException e) {
      return false;
    }
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
    try (InputStream range = Files.newInputStream(EPHEMERAL_RANGE)) {
      // In one read: the kernel gives nothing for a second one.
      String text = new String(range.readNBytes(RANGE_BYTES), StandardCharsets.US_ASCII);
      return Integer.parseInt(text.strip().split("\\s+")[0]);
    } catch (IOException | NumberFormatException e) {
      return DEFAULT_EPHEMERAL_LOW;
    }
  }
}
