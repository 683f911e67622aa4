package dev.duplex.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A set of servers in one directory, started in parallel. The directory, in {@code java.io.tmpdir},
 * is deleted on close; what a killed JVM left is deleted by the next one. Owned by one thread.
 */
public final class Lab implements AutoCloseable {
  /** What a laboratory may consist of. */
  public enum Part {
    PRIMARY,
    SECONDARY,
    BROKER,
    REGISTRY
  }

  private static final long START_END_LIMIT_SECONDS = 30;

  private final LabDirectory directory;
  private final boolean keep;
  private final boolean recordClasses;
  private final Map<Part, Server> servers = new EnumMap<>(Part.class);

  private Lab(LabDirectory directory, boolean keep, boolean recordClasses) {
    this.directory = directory;
    this.keep = keep;
    this.recordClasses = recordClasses;
  }

  /** Chooses the parts; all of them if none is named. */
  public static Builder of(Part... parts) {
    return new Builder(parts);
  }

  /** What a laboratory is made of; owned by one thread. */
  public static final class Builder {
    private final Set<Part> parts = EnumSet.noneOf(Part.class);
    private final Map<Part, Map<String, String>> settings = new EnumMap<>(Part.class);
    private PostgresVersion version = PostgresVersion.selected();
    private int brokerHeapMegabytes = KafkaBroker.DEFAULT_HEAP_MEGABYTES;
    private @Nullable Path kept;
    private boolean recordClasses;

    private Builder(Part... parts) {
      this.parts.addAll(parts.length == 0 ? EnumSet.allOf(Part.class) : List.of(parts));
    }

    /** A setting of postgresql.conf or server.properties; the registry has none. */
    public Builder setting(Part part, String key, String value) {
      settings.computeIfAbsent(part, any -> new TreeMap<>()).put(key, value);
      return this;
    }

    /** Both databases' version instead of {@link PostgresVersion#selected()}. */
    public Builder postgres(PostgresVersion newVersion) {
      version = newVersion;
      return this;
    }

    public Builder brokerHeapMegabytes(int megabytes) {
      brokerHeapMegabytes = megabytes;
      return this;
    }

    /** Makes later starts of broker and registry short, also those of other laboratories. */
    public Builder recordClasses() {
      recordClasses = true;
      return this;
    }

    /** Uses this directory and leaves it, with the servers' data and logs, after an orderly end. */
    public Builder keepIn(Path directory) {
      kept = directory;
      return this;
    }

    /**
     * Starts all parts and returns when they answer.
     *
     * @throws LabException if one of them does not; the others are ended, and the logs stay until
     *     another laboratory is started
     */
    public Lab start() throws IOException, InterruptedException {
      LabDirectory directory =
          kept == null ? LabDirectory.temporary() : LabDirectory.permanent(kept);
      Lab lab = new Lab(directory, kept != null, recordClasses);
      try {
        parts.forEach(part -> lab.servers.put(part, server(part, directory.path())));
        lab.startAll();
        return lab;
      } catch (InterruptedException | RuntimeException e) {
        RuntimeException failure = lab.endServers();
        if (failure != null) {
          e.addSuppressed(failure);
        }
        directory.abandon();
        throw e;
      }
    }

    private Server server(Part part, Path parent) {
      Map<String, String> own = settings.getOrDefault(part, Map.of());
      return switch (part) {
        case PRIMARY -> PostgresServer.local(parent.resolve("primary"), version, own);
        case SECONDARY -> PostgresServer.local(parent.resolve("secondary"), version, own);
        case BROKER -> new KafkaBroker(parent.resolve("broker"), own, brokerHeapMegabytes);
        case REGISTRY -> new RegistryServer(parent.resolve("registry"));
      };
    }
  }

  public PostgresServer primary() {
    return server(Part.PRIMARY, PostgresServer.class);
  }

  public PostgresServer secondary() {
    return server(Part.SECONDARY, PostgresServer.class);
  }

  public KafkaBroker broker() {
    return server(Part.BROKER, KafkaBroker.class);
  }

  public RegistryServer registry() {
    return server(Part.REGISTRY, RegistryServer.class);
  }

  /** Below it each part has its directory; others may put their files beside them. */
  public Path directory() {
    return directory.path();
  }

  /** Ends all servers in reverse order, also those that were broken, and deletes the directory. */
  @Override
  public void close() {
    RuntimeException failure = endServers();
    try {
      directory.close();
    } catch (IOException e) {
      LabException undeleted = new LabException("Cannot delete " + directory.path(), e);
      failure = collect(failure, undeleted);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private @Nullable RuntimeException endServers() {
    List<Server> all = new ArrayList<>(servers.values());
    RuntimeException failure = null;
    for (int i = all.size() - 1; i >= 0; i--) {
      failure = attempt(all.get(i), failure);
    }
    return failure;
  }

  private @Nullable RuntimeException attempt(Server server, @Nullable RuntimeException failure) {
    RuntimeException result = failure;
    if (keep) {
      try {
        server.stop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        result = collect(result, e);
      }
    }
    try {
      server.close();
    } catch (RuntimeException e) {
      result = collect(result, e);
    }
    return result;
  }

  private static RuntimeException collect(
      @Nullable RuntimeException first, RuntimeException another) {
    if (first == null) {
      return another;
    }
    first.addSuppressed(another);
    return first;
  }

  private void startAll() throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(servers.size());
    List<Callable<@Nullable Void>> starts = new ArrayList<>();
    for (Server server : servers.values()) {
      starts.add(
          () -> {
            if (recordClasses && server instanceof JavaServer java) {
              java.recordClasses();
            }
            server.start();
            return null;
          });
    }
    try {
      for (Future<@Nullable Void> start : threads.invokeAll(starts)) {
        start.get();
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new LabException("Cannot start: " + cause.getMessage(), cause);
    } finally {
      end(threads);
    }
  }

  /** Nothing may be started any more when the servers are ended. */
  private static void end(ExecutorService threads) throws InterruptedException {
    threads.shutdownNow();
    if (!threads.awaitTermination(START_END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new LabException("A server still starts after it was told to stop");
    }
  }

  private <T extends Server> T server(Part part, Class<T> type) {
    Server server = servers.get(part);
    if (server == null) {
      throw new IllegalStateException("This laboratory has no %s; add it".formatted(part));
    }
    return type.cast(server);
  }
}
