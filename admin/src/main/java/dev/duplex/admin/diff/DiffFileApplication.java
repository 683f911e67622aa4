package dev.duplex.admin.diff;

import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.HandApplier;
import dev.duplex.producer.spool.DiffFileSummary;
import dev.duplex.producer.spool.DiffFiles;
import dev.duplex.schemas.failure.SetupException;

/**
 * Applies diff files to the secondary, without Kafka. What is applied already is skipped; a gap is
 * refused.
 *
 * <p>Owned by one thread; runs once.
 */
public final class DiffFileApplication implements AutoCloseable {
  private final DiffFileSource source;
  private final HandApplier applier;

  /**
   * An application that is not begun.
   *
   * @throws SetupException if a file belongs to another link
   */
  public DiffFileApplication(DuplexConfig config, DiffFiles files) {
    requireLink(files, config.link());
    this.source = new DiffFileSource(files);
    this.applier = new HandApplier(config, source);
  }

  /** Applies all; as {@link HandApplier#run}. */
  public void run() throws InterruptedException {
    applier.run();
  }

  /** What was done so far, also after {@link #run} has failed. */
  public AppliedFiles result() {
    return new AppliedFiles(applier.before(), applier.after(), source.counts());
  }

  private static void requireLink(DiffFiles files, String link) {
    for (DiffFileSummary file : files.list()) {
      if (!file.link().equals(link)) {
        throw new SetupException(
            "'%s' belongs to link %s, not to %s: name the configuration of that link"
                .formatted(file.path(), file.link(), link));
      }
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
