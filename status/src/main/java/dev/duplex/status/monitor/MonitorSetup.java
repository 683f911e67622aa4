package dev.duplex.status.monitor;

import dev.duplex.config.DuplexConfig;
import dev.duplex.config.LinkPattern;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.Instance;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a monitor is to watch, and how.
 *
 * @param links a regular expression of the links' names
 * @param applicationId the same for monitors that share the work
 * @param replicationFactor of its own topics, at most
 * @param divergedAfter how far behind a secondary may be
 * @param silentAfter a side that has not reported for so long counts as silent
 * @param instance names this process
 */
record MonitorSetup(
    KafkaSettings kafka,
    String links,
    String applicationId,
    int replicationFactor,
    Duration divergedAfter,
    Duration silentAfter,
    String instance) {
  private static final String APPLICATION = "duplex-monitor-";
  private static final int LONGEST_SUFFIX = 100;
  // Both sides report every second; one report may be late, and another one lost.
  private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(3);

  static MonitorSetup of(DuplexConfig config, KafkaSettings kafka) {
    List<String> patterns =
        config.status().links().isEmpty()
            ? List.of(config.link())
            : config.status().links().stream().map(LinkPattern::text).sorted().distinct().toList();
    Duration limit = config.status().divergedAfter();
    return new MonitorSetup(
        kafka,
        patterns.stream()
            .map(text -> new LinkPattern(text).regex())
            .collect(Collectors.joining("|")),
        applicationId(patterns),
        config.topics().replicationFactor(),
        limit,
        limit.compareTo(SHORTEST_SILENCE) < 0 ? SHORTEST_SILENCE : limit,
        Instance.create().name());
  }

  /** Monitors that watch different links must not share their state. */
  static String applicationId(List<String> patterns) {
    // Neither character can be part of a name.
    String suffix = String.join(".", patterns).replace('*', '-');
    return APPLICATION + (suffix.length() <= LONGEST_SUFFIX ? suffix : digest(suffix));
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has it", e);
    }
  }
}
