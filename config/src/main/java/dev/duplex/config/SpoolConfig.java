package dev.duplex.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The diff files, which hold what could not be published.
 *
 * @param directory where they are kept; a relative path counts from the working directory
 * @param maxSizeBytes how much they may take, at least 1 and at least one segment
 * @param segmentSizeBytes at this size a new file is begun, at least 1
 */
public record SpoolConfig(Path directory, long maxSizeBytes, long segmentSizeBytes) {

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public SpoolConfig {
    new Checks()
        .atLeastOne(maxSizeBytes, "max-size")
        .atLeastOne(segmentSizeBytes, "segment-size")
        .that(
            maxSizeBytes < 1 || segmentSizeBytes <= maxSizeBytes,
            "segment-size",
            "is larger than max-size; make it a fraction of that")
        .done();
  }

  /**
   * A link's own directory, absolute: its diff files, and its status events that wait for Kafka.
   */
  public Path directoryOf(String link) {
    return directory.toAbsolutePath().resolve(link);
  }

  static Optional<SpoolConfig> read(Section section) {
    Path directory = section.value("directory", Path.of("spool"), Scalars::path);
    long maxSizeBytes = section.value("max-size", 10L << 30, Scalars::bytes);
    long segmentSizeBytes = section.value("segment-size", 64L << 20, Scalars::bytes);
    return section.build(() -> new SpoolConfig(directory, maxSizeBytes, segmentSizeBytes));
  }
}
