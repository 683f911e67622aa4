package dev.duplex.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;

/** Where and with what was measured: figures mean nothing without it. */
final class Machine {
  private static final double KILOBYTES_PER_GIGABYTE = 1024.0 * 1024;

  private Machine() {}

  static String description() {
    return String.format(
        Locale.ROOT,
        "%d cores (%s), %.0f GB of memory, %s %s",
        Runtime.getRuntime().availableProcessors(),
        field("/proc/cpuinfo", "model name"),
        memoryGigabytes(),
        System.getProperty("os.name"),
        System.getProperty("os.version"));
  }

  static String versions(Servers servers) throws SQLException {
    try (Connection connection = servers.primary("postgres")) {
      return "PostgreSQL %s, Kafka %s, Java %s"
          .formatted(
              connection.getMetaData().getDatabaseProductVersion(),
              kafkaVersion(),
              System.getProperty("java.version"));
    }
  }

  /** As the client's own note has it: the class that reads it is internal to Kafka. */
  private static String kafkaVersion() {
    Properties note = new Properties();
    try (InputStream in =
        CommonClientConfigs.class.getResourceAsStream("/kafka/kafka-version.properties")) {
      if (in != null) {
        note.load(in);
      }
    } catch (IOException e) {
      return "unknown";
    }
    return note.getProperty("version", "unknown");
  }

  /** Runnable threads of the whole machine in the last minute, on average. */
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static double memoryGigabytes() {
    String total = field("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
    return total.isEmpty() ? Double.NaN : Long.parseLong(total) / KILOBYTES_PER_GIGABYTE;
  }

  private static String field(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file), StandardCharsets.UTF_8)) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
