package dev.duplex.config;

import java.util.Optional;

/**
 * How much may go together; whichever is reached first counts.
 *
 * @param rows number of changed rows, at least 1
 * @param bytes their size in bytes, at least 1
 */
public record BatchLimit(long rows, long bytes) {

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public BatchLimit {
    new Checks().atLeastOne(rows, "rows").atLeastOne(bytes, "bytes").done();
  }

  static Optional<BatchLimit> read(Section section, BatchLimit defaults) {
    long rows = section.value("rows", defaults.rows(), Scalars::longInteger);
    long bytes = section.value("bytes", defaults.bytes(), Scalars::bytes);
    return section.build(() -> new BatchLimit(rows, bytes));
  }
}
