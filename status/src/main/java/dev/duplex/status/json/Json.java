package dev.duplex.status.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.schemas.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values: what is unknown is null, times are ISO 8601 in UTC, positions are text. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** In UTF-8, without a line break; maps keep their order. */
  public static byte[] bytes(Map<String, ?> document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not for JSON: " + document, e);
    }
  }

  /** The same as text, in one line. */
  public static String line(Map<String, ?> document) {
    return new String(bytes(document), StandardCharsets.UTF_8);
  }

  static @Nullable String position(@Nullable Long position) {
    return position == null ? null : Position.format(position);
  }

  /** Microseconds since 1970. */
  static String time(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString();
  }

  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).toString();
  }

  /** To the millisecond; never negative, as clocks may be set. */
  static double seconds(Duration duration) {
    return Math.max(0, duration.toMillis()) / 1_000.0;
  }

  static @Nullable Double rate(double perSecond) {
    return Double.isFinite(perSecond) ? Math.round(perSecond * 10) / 10.0 : null;
  }
}
