package dev.duplex.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One connection through a {@link FaultProxy}, with a thread for each direction. */
final class ProxiedConnection {
  private static final int CONNECT_LIMIT_MILLIS = 2_000;
  private static final int DIRECTIONS = 2;

  private final Socket client;
  private final Socket server = new Socket();
  private final int targetPort;
  private final Passage passage;
  private final AtomicInteger openDirections = new AtomicInteger(DIRECTIONS);
  private final List<Thread> threads;
  private volatile boolean abandoned;

  ProxiedConnection(Socket client, int targetPort, Passage passage) {
    this.client = client;
    this.targetPort = targetPort;
    this.passage = passage;
    Thread backward = daemon("duplex-proxy-backward", () -> pump(server, client));
    Thread forward = daemon("duplex-proxy-forward", () -> connect(backward));
    this.threads = List.of(forward, backward);
  }

  void start() {
    threads.get(0).start();
  }

  List<Thread> threads() {
    return threads;
  }

  boolean isOpen() {
    return !client.isClosed();
  }

  /** Ends both sides with a TCP reset. */
  void reset() {
    abandoned = true;
    passage.wake();
    reset(client);
    reset(server);
  }

  static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  private void connect(Thread backward) {
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort),
          CONNECT_LIMIT_MILLIS);
    } catch (IOException e) {
      reset();
      return;
    }
    backward.start();
    pump(client, server);
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[Passage.BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int count = in.read(buffer, 0, passage.pieceBytes());
      while (count >= 0 && passage.await(count, () -> abandoned)) {
        out.write(buffer, 0, count);
        count = in.read(buffer, 0, passage.pieceBytes());
      }
      // A frozen network passes no end of connection either.
      if (passage.await(0, () -> abandoned)) {
        to.shutdownOutput();
      }
      if (openDirections.decrementAndGet() == 0) {
        client.close();
        server.close();
      }
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      reset();
      Thread.currentThread().interrupt();
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // It is closed already, or was never connected.
    }
    closeQuietly(socket);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // There is nothing left to close.
    }
  }
}
