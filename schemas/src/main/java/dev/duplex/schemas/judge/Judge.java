package dev.duplex.schemas.judge;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.Reason.Blocks;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds how a link is: the worst of what its two sides show, what was reported, what an instance
 * sees by itself, and what the services say. {@code IN_SYNC} only while nothing that is known
 * speaks against it (promise 5).
 *
 * <p>A pure function: it has no clock, and the same facts give the same verdict everywhere.
 */
public final class Judge {
  private Judge() {}

  /** How the link is. */
  public static Verdict judge(LinkFacts facts) {
    Progress producer = facts.producer().head().orElse(null);
    if (producer == null) {
      Finding nothing =
          new Finding(
              LinkState.RECOVERING, Optional.empty(), "", "nothing is known of the link yet");
      Finding worst = reported(facts);
      return new Verdict(worst == null ? nothing : worst, Backlog.NONE);
    }
    Backlog backlog = Backlog.of(facts, producer);
    return new Verdict(weigh(seen(facts, producer, backlog), reported(facts)), backlog);
  }

  /** What does not go on while an incident is open whose owner has said this last. */
  public static Blocks blocks(StatusEvent event) {
    Optional<Reason> reason = Reason.of(event.getReason());
    // What goes on while it is reported: a row that was healed, a table left out, a new holder.
    if (event.getState() != LinkState.HALTED
        && reason.map(known -> known.blocks() == Blocks.NOTHING).orElse(false)) {
      return Blocks.NOTHING;
    }
    return switch (event.getObserver()) {
      case PRODUCER ->
          event.getState() == LinkState.RECOVERING && event.getDrained()
              ? Blocks.APPLYING
              : Blocks.PUBLISHING;
      case CONSUMER -> Blocks.APPLYING;
      case MONITOR -> reason.map(Reason::blocks).orElse(Blocks.PUBLISHING);
    };
  }

  /** The worst of what somebody says or an instance has noticed; null if there is nothing. */
  private static @Nullable Finding reported(LinkFacts facts) {
    Finding worst = null;
    for (StatusEvent incident : facts.incidents()) {
      worst = notBetter(worst, Finding.of(incident));
    }
    for (Finding finding : facts.findings()) {
      worst = worse(worst, finding);
    }
    for (SideFacts side : new SideFacts[] {facts.producer(), facts.consumer()}) {
      worst = worse(worst, side.service().map(Finding::of).orElse(Finding.IN_SYNC));
    }
    return worst;
  }

  /** Of two incidents that are equally bad the later one is told. */
  private static Finding notBetter(@Nullable Finding one, Finding next) {
    return one == null || next.severity() >= one.severity() ? next : one;
  }

  private static @Nullable Finding worse(@Nullable Finding one, Finding next) {
    if (next.state() == LinkState.IN_SYNC) {
      return one;
    }
    return one == null || next.severity() > one.severity() ? next : one;
  }

  /** Who reports something knows why; who looks at the two sides sees also that one is silent. */
  private static Finding weigh(Finding seen, @Nullable Finding reported) {
    if (reported == null || reported.isSame(seen)) {
      return seen;
    }
    // What recovers is behind: that is no other trouble.
    boolean recovers =
        reported.state() == LinkState.RECOVERING
            && seen.reason().equals(Optional.of(Reason.SECONDARY_BEHIND));
    if (reported.severity() < seen.severity() && !recovers) {
      return seen;
    }
    boolean both = reported.state() == seen.state() && !seen.detail().isEmpty();
    return both ? reported.and(seen) : reported;
  }

  /** What the two sides show. */
  private static Finding seen(LinkFacts facts, Progress producer, Backlog backlog) {
    Progress consumer = facts.consumer().head().orElse(null);
    Optional<Finding> published = SideReports.state(Role.PRODUCER, producer);
    Optional<Finding> applied = SideReports.state(Role.CONSUMER, consumer);
    for (Optional<Finding> side : java.util.List.of(published, applied)) {
      if (side.map(Finding::state).equals(Optional.of(LinkState.HALTED))) {
        return side.get();
      }
    }
    if (facts.producer().silent() && producer.getState() == ProgressState.COPYING) {
      return Finding.seen(
          LinkState.RECOVERING,
          Reason.COPYING,
          "a copy was interrupted, or its next rows are late; if nobody copies, run"
              + " 'duplex init --copy' again");
    }
    Optional<Finding> copying = published.or(() -> applied);
    if (copying.isPresent()) {
      return copying.get();
    }
    if (facts.producer().silent()) {
      return SideReports.silence(Role.PRODUCER);
    }
    if (consumer == null || facts.consumer().silent()) {
      return SideReports.silence(Role.CONSUMER);
    }
    return distance(facts, producer, consumer, backlog);
  }

  /** Both sides are there. */
  private static Finding distance(
      LinkFacts facts, Progress producer, Progress consumer, Backlog backlog) {
    if (!ProgressOrder.sameStart(producer, consumer)) {
      return Finding.seen(
          LinkState.RECOVERING, Reason.COPYING, "the consumer is not yet at the link's new start");
    }
    if (backlog.undecoded().compareTo(facts.divergedAfter()) > 0) {
      return late("the producer is catching up with the primary's log");
    }
    if (backlog.lag().compareTo(facts.divergedAfter()) > 0) {
      // A consumer that waits says for what.
      return SideReports.reason(consumer)
          .map(
              reason ->
                  new Finding(
                      LinkState.DIVERGED,
                      Optional.of(reason),
                      Finding.name(Observer.CONSUMER),
                      SideReports.detail(consumer)))
          .orElseGet(() -> late("the secondary is catching up"));
    }
    if (backlog.isOfUnknownAge()) {
      return Finding.seen(
          LinkState.RECOVERING,
          Reason.SECONDARY_BEHIND,
          "the secondary is catching up; how far it is behind is not known yet");
    }
    return Finding.IN_SYNC;
  }

  private static Finding late(String detail) {
    return Finding.seen(LinkState.DIVERGED, Reason.SECONDARY_BEHIND, detail);
  }
}
