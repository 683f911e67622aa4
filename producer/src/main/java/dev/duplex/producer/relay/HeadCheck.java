package dev.duplex.producer.relay;

import dev.duplex.database.source.Moment;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.failure.HaltException;

/** Whether primary, slot and topic still tell one story; if not, going on would leave a gap. */
final class HeadCheck {
  private HeadCheck() {}

  static HaltException noHead(Link link) {
    return new HaltException(
        Reason.GAP,
        "topic "
            + link.progressTopic()
            + " is gone or has no record of the producer, so it is not known what was published: if"
            + " the link is new run 'duplex init', else 'duplex init --recopy'");
  }

  /**
   * Compares what the last relay wrote with what the primary says.
   *
   * @param last the newest record of the producer
   * @param epoch the last one that the primary remembers to have fitted to the topic
   * @param confirmed the slot's confirmed_flush_lsn
   * @param covered up to here changes are in diff files at hand, or there are none
   * @throws HaltException if they do not fit
   */
  static void check(
      Progress last,
      PrimaryIdentity identity,
      long epoch,
      long confirmed,
      long covered,
      Link link) {
    PrimaryIdentity known = new PrimaryIdentity(last.getSystemId(), last.getTimeline());
    if (!known.equals(identity)) {
      throw new HaltException(
          Reason.CAPTURE_LOST,
          "the primary's identity is "
              + identity
              + ", but the link was published from "
              + known
              + ": it is another server, or was restored or promoted; run 'duplex init --recopy'");
    }
    if (epoch < last.getEpoch()) {
      throw new HaltException(
          Reason.CAPTURE_LOST,
          "the primary remembers epoch "
              + epoch
              + " of the link, but epoch "
              + last.getEpoch()
              + " has published: the primary was restored to an earlier point; run"
              + " 'duplex init --recopy'");
    }
    if (confirmed > Math.max(last.getDecoded(), covered)) {
      throw new HaltException(
          Reason.GAP,
          "slot "
              + link.slot()
              + " is confirmed up to "
              + Position.format(confirmed)
              + ", but topic "
              + link.progressTopic()
              + " knows of "
              + Position.format(last.getDecoded())
              + " only: Kafka lost what was published, or somebody moved the slot; run"
              + " 'duplex init --recopy'");
    }
  }

  /**
   * Checks that the primary's log goes on from where the link was left.
   *
   * @throws HaltException if positions run backwards: the primary was restored
   */
  static void requireNotBehind(Moment now, long decoded) {
    if (now.logEnd() < decoded) {
      throw new HaltException(
          Reason.CAPTURE_LOST,
          "the primary's log ends at "
              + Position.format(now.logEnd())
              + ", but up to "
              + Position.format(decoded)
              + " was published: the primary was restored to an earlier point; run"
              + " 'duplex init --recopy'");
    }
  }
}
