package dev.duplex.cli.demo;

import dev.duplex.lab.FreePorts;
import dev.duplex.lab.Lab;
import dev.duplex.lab.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The configuration of the demo's link, in a file that only its user can read. */
final class DemoConfig {
  private DemoConfig() {}

  static Path write(Lab lab, String database) throws IOException {
    Path file = lab.directory().resolve("duplex.yaml");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    String producer = address();
    String consumer = address();
    Files.writeString(
        file,
        """
        link: bank
        primary: { %s, keyless: full-row }
        secondary: { %s }
        kafka: { bootstrap.servers: "%s" }
        registry: { url: "%s" }
        topics: { replication-factor: 1 }
        spool: { directory: "%s" }
        status: { diverged-after: 4s, http: "%s", services: ["%s", "%s"] }
        producer: { http: "%s" }
        consumer: { http: "%s" }
        relay: external
        """
            .formatted(
                access(lab.primary(), database),
                access(lab.secondary(), database),
                lab.broker().bootstrapServers(),
                lab.registry().url(),
                lab.directory().resolve("spool"),
                address(),
                producer,
                consumer,
                producer,
                consumer));
    return file;
  }

  private static String address() {
    return "127.0.0.1:" + FreePorts.reserve();
  }

  private static String access(PostgresServer server, String database) {
    return "jdbc-url: \"%s\", username: \"%s\", password: \"%s\""
        .formatted(server.jdbcUrl(database), server.username(), server.password());
  }
}
