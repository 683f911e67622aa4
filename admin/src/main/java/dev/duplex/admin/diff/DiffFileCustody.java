package dev.duplex.admin.diff;

import dev.duplex.admin.LinkAccess;
import dev.duplex.config.DuplexConfig;
import dev.duplex.config.SpoolConfig;
import dev.duplex.database.product.DatabaseProducts;
import dev.duplex.database.source.Claim;
import dev.duplex.database.source.SourceControl;
import dev.duplex.producer.spool.Disk;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolDirectory;
import dev.duplex.producer.spool.SpoolReader;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Decides over diff files that a relay elsewhere has left, on an operator's word: takes them over,
 * or gives them up. Either way the relay that wrote them is fenced.
 *
 * <p>Owned by one thread.
 */
public final class DiffFileCustody {
  /**
   * What was given up or taken over.
   *
   * @param first the first transaction in the files
   * @param last the last one; after {@link #abandon} an upper bound
   */
  public record Range(String instance, String host, String directory, long first, long last) {}

  private final Link link;
  private final SourceControl primary;
  private final Duration takeoverAfter;
  private final Instance instance;

  /**
   * Decides over the diff files of one link.
   *
   * @param primary remains the caller's to close
   * @param instance under whose name files are adopted
   */
  public DiffFileCustody(
      SourceControl primary, Link link, Instance instance, Duration takeoverAfter) {
    this.primary = primary;
    this.link = link;
    this.instance = instance;
    this.takeoverAfter = takeoverAfter;
  }

  /** As {@link #adopt(Path, SpoolConfig)}, with a session of its own. */
  public static Range adopt(DuplexConfig config, Path directory) throws SQLException {
    try (Connection session = session(config, "adopt")) {
      return over(session, config).adopt(directory, config.spool());
    }
  }

  /** As {@link #abandon()}, with a session of its own. */
  public static Range abandon(DuplexConfig config) throws SQLException {
    try (Connection session = session(config, "abandon")) {
      return over(session, config).abandon();
    }
  }

  private static Connection session(DuplexConfig config, String act) {
    return LinkAccess.session("primary", config.primary().database(), act);
  }

  private static DiffFileCustody over(Connection session, DuplexConfig config) {
    Link link = new Link(config.link());
    return new DiffFileCustody(
        DatabaseProducts.of(config.primary().database()).sourceControl(session, link),
        link,
        Instance.create(),
        config.takeoverAfter());
  }

  /**
   * Copies diff files to this machine's spool directory and makes them the link's; whoever has that
   * directory drains them. The given directory is left as it is. May be repeated after it was
   * interrupted.
   *
   * @param directory the link's directory of the other machine, or a copy of it
   * @throws SetupException if these are not the missing files, or their relay still runs
   * @throws dev.duplex.schemas.failure.HaltException if the files are damaged
   */
  public Range adopt(Path directory, SpoolConfig config) throws SQLException {
    Claim.SpoolEntry entry = missing();
    if (entry.id().equals(SpoolDirectory.findCustody(Disk.local(), config, link))) {
      throw new SetupException(
          "the diff files of link "
              + link
              + " are in "
              + config.directoryOf(link.name())
              + " already: start 'duplex producer' with this directory");
    }
    if (!entry.id().equals(SpoolDirectory.findCustody(Disk.local(), directory))) {
      throw new SetupException(
          directory
              + " does not hold the diff files that link "
              + link
              + " misses: they are those of "
              + entry.directory()
              + " on "
              + entry.host());
    }
    try (Spool spool = Spool.openCopy(config, link, directory)) {
      long last = read(spool);
      if (last < entry.last()) {
        throw new SetupException(
            "the diff files in "
                + directory
                + " end at "
                + Position.format(last)
                + ", but those of the link reach to "
                + Position.format(entry.last())
                + " at least: copy the directory again");
      }
      String own = spool.directory().toAbsolutePath().toString();
      Claim.SpoolEntry here =
          new Claim.SpoolEntry(
              spool.custody(), instance.name(), instance.host(), own, entry.first(), last);
      // Whoever held the link does not any more.
      require(primary.adoptSpool(instance, entry.id(), here));
      return new Range(entry.instance(), entry.host(), own, entry.first(), last);
    }
  }

  /** Gives the missing diff files up; the link is diverged until its rows are copied anew. */
  public Range abandon() throws SQLException {
    Claim.SpoolEntry entry = missing();
    OptionalLong lost = primary.abandonSpool(entry.id());
    require(lost.isPresent());
    return new Range(
        entry.instance(), entry.host(), entry.directory(), entry.first(), lost.getAsLong());
  }

  /** Reads all of it once, so that damage is found while the original is still at hand. */
  private static long read(Spool spool) {
    try (SpoolReader reader = spool.reader()) {
      while (reader.next() != null) {
        // only the checks matter
      }
    }
    return spool.totals().lastPosition();
  }

  private Claim.SpoolEntry missing() throws SQLException {
    Claim.SpoolEntry entry = primary.claim().spool();
    if (entry == null) {
      throw new SetupException("link " + link + " misses no diff files: there is nothing to do");
    }
    if (primary.isConnected(entry.instance(), takeoverAfter)) {
      throw new SetupException(
          "producer " + entry.instance() + " runs and has these diff files: stop it first");
    }
    return entry;
  }

  private void require(boolean done) {
    if (!done) {
      throw new RetryException(
          Reason.DIFF_FILE_ELSEWHERE,
          "the diff files of link " + link + " have just changed hands: look again",
          null);
    }
  }
}
