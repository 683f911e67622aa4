package dev.duplex.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server as a child process, listening on loopback only, superuser postgres. */
final class LocalPostgres extends ChildServer implements PostgresServer {
  private static final String USERNAME = "postgres";
  private static final int PASSWORD_BYTES = 16;
  private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
  private static final Duration GIVE_UP_LIMIT = Duration.ofSeconds(5);

  private final PostgresVersion version;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final String password;
  private final int port;
  private @Nullable Path binaries;
  private boolean initialized;

  LocalPostgres(Path directory, PostgresVersion version, Map<String, String> settings) {
    super("postgres", directory);
    this.version = version;
    this.port = FreePorts.reserve();
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    this.password = HexFormat.of().formatHex(random);
    this.settings.put("listen_addresses", "127.0.0.1");
    this.settings.put("unix_socket_directories", "");
    this.settings.put("wal_level", "logical");
    this.settings.put("max_wal_senders", "20");
    this.settings.put("max_replication_slots", "20");
    // In the data directory, with which it goes; in /dev/shm it would outlive a killed server.
    this.settings.put("dynamic_shared_memory_type", "mmap");
    this.settings.putAll(settings);
  }

  @Override
  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  @Override
  public String username() {
    return USERNAME;
  }

  @Override
  public String password() {
    return password;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  void prepare() throws IOException, InterruptedException {
    Path programs = PostgresBinaries.unpacked(version).resolve("bin");
    binaries = programs;
    if (initialized) {
      return;
    }
    if (Files.exists(data())) {
      throw new LabException(
          "%s holds a database whose password only its maker knew; choose another directory"
              .formatted(data()));
    }
    // Under another name until it is complete: a killed initdb leaves nothing that looks usable.
    Path unfinished = directory().resolve("data.initdb");
    Directories.deleteIfExists(unfinished);
    Path passwordFile = directory().resolve("password");
    Files.deleteIfExists(passwordFile);
    Files.createFile(
        passwordFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(passwordFile, password, StandardOpenOption.WRITE);
      runToEnd(
          unprivileged(
              programs.resolve("initdb").toString(),
              "--pgdata=" + unfinished,
              "--username=" + USERNAME,
              "--auth=scram-sha-256",
              "--pwfile=" + passwordFile,
              "--encoding=UTF8",
              "--locale=C",
              "--no-sync"),
          INITDB_LIMIT);
    } finally {
      Files.delete(passwordFile);
    }
    Files.move(unfinished, data());
    initialized = true;
  }

  @Override
  List<String> command() {
    if (binaries == null) {
      throw new IllegalStateException("prepare() comes first");
    }
    List<String> command =
        unprivileged(
            binaries.resolve("postgres").toString(),
            "-D",
            data().toString(),
            "-p",
            Integer.toString(port));
    settings.forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
    return command;
  }

  @Override
  Callable<Boolean> readiness() {
    return () -> {
      try (Connection connection = connect("postgres")) {
        return connection.isValid(1);
      }
    };
  }

  /** Fast shutdown; TERM would wait for the clients. */
  @Override
  String stopSignal() {
    return "INT";
  }

  /** At once, but without leaving the kernel a segment of shared memory. */
  @Override
  void giveUp(ChildProcess current) throws InterruptedException {
    current.thaw();
    current.end("QUIT", GIVE_UP_LIMIT);
  }

  @Override
  public String toString() {
    return "PostgreSQL %s on port %d".formatted(version.release(), port);
  }

  private Path data() {
    return directory().resolve("data");
  }

  /**
   * PostgreSQL refuses to run as root; in a user namespace of its own it is not root. In an IPC
   * namespace of its own its segment of shared memory ends with it, even if it is killed.
   */
  private static List<String> unprivileged(String... command) {
    List<String> result = new ArrayList<>();
    if (isRoot()) {
      result.addAll(List.of("unshare", "--user", "--ipc"));
    }
    result.addAll(List.of(command));
    return result;
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new LabException("Cannot tell who runs this; is /proc mounted?", e);
    }
  }
}
