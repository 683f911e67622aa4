package dev.duplex.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy between two ports of 127.0.0.1 that fails on demand. One of pass, freeze, delay and
 * limit is in force, for open connections and new ones; {@link #refuse} adds to it until {@link
 * #pass}; {@link #reset} is an event. At most 64 KB are held in each direction of a connection.
 * Thread-safe; two daemon threads for each connection.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int BACKLOG = 50;
  private static final long JOIN_LIMIT_MILLIS = 2_000;

  private final int targetPort;
  private final int port = FreePorts.reserve();
  private final Passage passage = new Passage();
  private final List<ProxiedConnection> connections = new ArrayList<>();
  private @Nullable ServerSocket listener;
  private @Nullable Thread acceptor;
  private boolean closed;

  /**
   * @param targetPort the port that connections are passed on to
   */
  public FaultProxy(int targetPort) {
    this.targetPort = targetPort;
  }

  /** The port to connect to. */
  public int port() {
    return port;
  }

  /**
   * Begins to listen; does nothing if it listens.
   *
   * @throws IOException if the port is taken or the proxy closed
   */
  public synchronized void start() throws IOException {
    if (closed) {
      throw new IOException("The proxy on port %d is closed".formatted(port));
    }
    if (listener == null || listener.isClosed()) {
      ServerSocket socket = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
      Thread thread = ProxiedConnection.daemon("duplex-proxy-accept", () -> accept(socket));
      listener = socket;
      acceptor = thread;
      thread.start();
    }
  }

  /** Ends all faults: listens, and passes bytes at once. */
  public void pass() throws IOException {
    passage.open();
    start();
  }

  /** Refuses new connections; open ones go on until {@link #reset} ends them. */
  public void refuse() {
    // Until the thread has left its system call, the kernel accepts for it.
    awaitEnd(stopListening());
  }

  /** Returns the threads that end by it. */
  private synchronized List<Thread> stopListening() {
    ServerSocket current = listener;
    listener = null;
    if (current != null) {
      try {
        current.close();
      } catch (IOException e) {
        throw new LabException("Cannot stop listening on port " + port, e);
      }
    }
    return acceptor == null ? List.of() : List.of(acceptor);
  }

  /** Lets nothing through in either direction; connections stay open, new ones are accepted. */
  public void freeze() {
    passage.freeze();
  }

  /**
   * Holds up each piece of at most 64 KB, in each direction, by this time; so the rate is limited
   * too, to 64 KB in this time.
   */
  public void delay(Duration delay) {
    passage.delay(delay);
  }

  /** Lets so many bytes a second through, in each direction of each connection. */
  public void limit(long bytesPerSecond) {
    if (bytesPerSecond <= 0) {
      throw new IllegalArgumentException("bytesPerSecond must be positive: " + bytesPerSecond);
    }
    passage.limit(bytesPerSecond);
  }

  /** Ends all open connections with a TCP reset on both sides. */
  public synchronized void reset() {
    connections.forEach(ProxiedConnection::reset);
    connections.removeIf(connection -> !connection.isOpen() && !isBusy(connection));
  }

  /** Ends everything and waits, at most two seconds, for all threads. */
  @Override
  public void close() {
    List<Thread> threads;
    synchronized (this) {
      closed = true;
      threads = new ArrayList<>(stopListening());
      connections.forEach(connection -> threads.addAll(connection.threads()));
      reset();
    }
    awaitEnd(threads);
  }

  private static void awaitEnd(List<Thread> threads) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(JOIN_LIMIT_MILLIS);
    try {
      for (Thread thread : threads) {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void accept(ServerSocket socket) {
    try (socket) {
      while (!socket.isClosed()) {
        open(socket.accept());
      }
    } catch (IOException e) {
      // Closed by refuse(); or the kernel has no more descriptors, and clients are refused too.
    }
  }

  private synchronized void open(Socket client) {
    ProxiedConnection connection = new ProxiedConnection(client, targetPort, passage);
    if (closed) {
      connection.reset();
      return;
    }
    connections.removeIf(former -> !former.isOpen() && !isBusy(former));
    connections.add(connection);
    connection.start();
  }

  private static boolean isBusy(ProxiedConnection connection) {
    return connection.threads().stream().anyMatch(Thread::isAlive);
  }
}
