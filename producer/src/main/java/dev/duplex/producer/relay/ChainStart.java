package dev.duplex.producer.relay;

import dev.duplex.config.SpoolConfig;
import dev.duplex.database.source.Claim;
import dev.duplex.producer.capture.CaptureStart;
import dev.duplex.producer.spool.Disk;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolEnd;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.failure.HaltException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Where a relay takes up the chain: behind what is published, or behind what is spooled. */
final class ChainStart {
  private ChainStart() {}

  /**
   * Opens the diff files.
   *
   * @param entry what the primary knows of them; without it they are none of the link's
   */
  static Spool open(Disk disk, SpoolConfig config, Link link, Claim.@Nullable SpoolEntry entry) {
    if (entry == null) {
      // What may lie there was never acknowledged, or is published, or was given up.
      return Spool.openAnew(config, link, disk);
    }
    Spool spool = Spool.open(config, link, disk);
    SpoolEnd end = spool.end();
    if (end == null || end.position() < entry.last()) {
      spool.close();
      throw new HaltException(
          Reason.DIFF_FILE_DAMAGED,
          "the diff files in "
              + entry.directory()
              + " reached to "
              + Position.format(entry.last())
              + " and do so no more: bring them back, or give up what was in them with"
              + " 'duplex diff abandon'");
    }
    return spool;
  }

  /** Goes on behind what is published. */
  static CaptureStart behind(Link link, RelayLease holding, RelayHead head) throws SQLException {
    Progress last = head.live();
    Long cut = last.getCutPosition();
    return new CaptureStart(
        link,
        holding.identity(),
        holding.database(),
        last.getPosition(),
        last.getTransactionId(),
        cut == null ? 0 : cut,
        last.getCutOrder(),
        holding.require().confirmed());
  }

  /** Goes on behind what is spooled; if that is nothing, behind what is known to be published. */
  static CaptureStart behind(
      Link link,
      RelayLease holding,
      @Nullable SpoolEnd end,
      @Nullable PublishedEnd published,
      long confirmed) {
    if (end == null && published != null && published.isJustBefore(holding.claimed().epoch())) {
      return published.next(link, holding, confirmed);
    }
    if (end == null) {
      return CaptureStart.ofUnknown(link, holding.identity(), holding.database(), confirmed);
    }
    PrimaryIdentity spooled = end.identity();
    if (!spooled.equals(holding.identity())) {
      throw new HaltException(
          Reason.CAPTURE_LOST,
          "the primary's identity is "
              + holding.identity()
              + ", but the diff files were written from "
              + spooled
              + ": it is another server, or was restored or promoted; run 'duplex init --recopy'");
    }
    return new CaptureStart(
        link,
        holding.identity(),
        holding.database(),
        end.position(),
        end.transactionId(),
        0,
        0,
        confirmed);
  }
}
