package dev.duplex.producer.spool;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The name of a diff file: {@code diff-000000002C340AE0-00000001.avro}. */
record DiffFileName(long firstPosition, long sequence) {
  private static final Pattern TEXT = Pattern.compile("diff-([0-9A-F]{16})-([0-9]{8,18})\\.avro");

  /** Reads a name; empty if the file is something else. */
  static Optional<DiffFileName> of(Path file) {
    Matcher parts = TEXT.matcher(String.valueOf(file.getFileName()));
    return parts.matches()
        ? Optional.of(
            new DiffFileName(
                Long.parseUnsignedLong(parts.group(1), 16), Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return "diff-%016X-%08d.avro".formatted(firstPosition, sequence);
  }
}
