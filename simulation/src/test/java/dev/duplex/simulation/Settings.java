package dev.duplex.simulation;

import dev.duplex.config.DuplexConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration of the simulated link: all bounds are small, so that they are met. */
final class Settings {
  static final DuplexConfig CONFIG = load();

  private Settings() {}

  private static DuplexConfig load() {
    try {
      Path file = Files.createTempFile("duplex-simulation", ".yaml");
      try {
        Files.writeString(
            file,
            """
            link: bank
            takeover-after: 4s
            primary: { jdbc-url: "jdbc:postgresql://primary/bank", username: duplex, tables: ["public.*"] }
            secondary: { jdbc-url: "jdbc:postgresql://secondary/bank", username: duplex }
            kafka: { bootstrap.servers: "kafka:9092" }
            registry: { url: "http://registry:8080" }
            relay: { mode: external, max-transaction: { rows: 15 } }
            apply: { max-group: { rows: 25 } }
            spool: { directory: /spool, segment-size: 3KB, max-size: 200KB }
            status: { diverged-after: 3s }
            """);
        return DuplexConfig.load(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
