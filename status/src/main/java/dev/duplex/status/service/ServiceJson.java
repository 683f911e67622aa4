package dev.duplex.status.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.judge.ServiceState;
import dev.duplex.schemas.judge.SpoolReport;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A service's report as an object, and back. */
public final class ServiceJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ServiceJson() {}

  /** All of it; what is unknown is null, positions are text. */
  public static Map<String, Object> map(ServiceReport report) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", report.role().name());
    map.put("link", report.link());
    map.put("instance", report.instance());
    map.put("state", report.state().name());
    map.put("reason", report.reason().map(Enum::name).orElse(null));
    map.put("detail", report.detail());
    map.put("stateSeconds", Math.round(report.stateSeconds() * 1_000) / 1_000.0);
    map.put("position", position(report.position()));
    map.put("transactions", report.transactions());
    map.put("changes", report.changes());
    map.put("spool", report.spool().map(ServiceJson::map).orElse(null));
    return map;
  }

  private static Map<String, Object> map(SpoolReport spool) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("transactions", spool.transactions());
    map.put("changes", spool.changes());
    map.put("bytes", spool.bytes());
    map.put("firstPosition", position(spool.firstPosition()));
    map.put("lastPosition", position(spool.lastPosition()));
    long oldest = spool.oldestCommitMicros();
    map.put(
        "oldestCommit",
        oldest == 0 ? null : Instant.EPOCH.plus(oldest, ChronoUnit.MICROS).toString());
    map.put("ageSeconds", Math.round(spool.ageMicros() / 1_000.0) / 1_000.0);
    return map;
  }

  private static @Nullable String position(long position) {
    return position == 0 ? null : Position.format(position);
  }

  /**
   * Reads what {@link #map} wrote. A reason of a version to come is left out.
   *
   * @throws IOException if it is something else
   */
  static ServiceReport read(byte[] json) throws IOException {
    try {
      JsonNode node = MAPPER.readTree(json);
      JsonNode spool = node.path("spool");
      return new ServiceReport(
          Role.valueOf(text(node, "role")),
          text(node, "link"),
          text(node, "instance"),
          ServiceState.of(text(node, "state")),
          Reason.of(node.path("reason").asText()),
          text(node, "detail"),
          node.path("stateSeconds").asDouble(),
          position(node, "position"),
          node.path("transactions").asLong(),
          node.path("changes").asLong(),
          spool.isObject() ? Optional.of(spool(spool)) : Optional.empty());
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new IOException("it is no report: " + e.getMessage(), e);
    }
  }

  private static SpoolReport spool(JsonNode node) {
    String oldest = node.path("oldestCommit").textValue();
    return new SpoolReport(
        node.path("transactions").asLong(),
        node.path("changes").asLong(),
        node.path("bytes").asLong(),
        position(node, "firstPosition"),
        position(node, "lastPosition"),
        oldest == null ? 0 : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(oldest)),
        Math.round(node.path("ageSeconds").asDouble() * 1_000_000));
  }

  private static String text(JsonNode node, String key) {
    String text = node.path(key).textValue();
    if (text == null) {
      throw new IllegalArgumentException("it has no text " + key);
    }
    return text;
  }

  private static long position(JsonNode node, String key) {
    String text = node.path(key).textValue();
    return text == null ? 0 : Position.parse(text);
  }
}
