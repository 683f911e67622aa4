package dev.duplex.status;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.SetupException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The state of a link, computed from the reports of its two sides and the incidents that are open:
 * the worst of what they say. Lag is a difference of two times of the primary's clock.
 *
 * @param reason why it is not in sync
 * @param detail one line for people; empty if there is nothing to say
 * @param transactionsBehind not applied yet: published, or in diff files as far as known
 * @param lag age of the oldest transaction that is not applied, or less
 * @param incidents of each incident that is open, the last event of its owner
 */
public record LinkStatus(
    String link,
    LinkState state,
    Optional<Reason> reason,
    String detail,
    long transactionsBehind,
    Duration lag,
    Progress producer,
    Optional<Progress> consumer,
    List<StatusEvent> incidents) {
  public LinkStatus {
    incidents = List.copyOf(incidents);
  }

  private record Verdict(LinkState state, Optional<Reason> reason, String detail) {
    static Verdict of(LinkState state, Reason reason, String detail) {
      return new Verdict(state, Optional.of(reason), detail);
    }
  }

  /**
   * Judges the heads.
   *
   * @param divergedAfter how far behind the secondary may be before the link counts as diverged
   * @throws SetupException if the link was never set up
   */
  public static LinkStatus of(String link, LinkFacts heads, Duration divergedAfter) {
    Progress producer =
        heads
            .producer()
            .orElseThrow(
                () ->
                    new SetupException(
                        "link " + link + " has no progress yet: run 'duplex init' first"));
    boolean behind = heads.consumer().map(c -> isBehind(producer, c)).orElse(true);
    boolean producerBehind = undecoded(producer).compareTo(divergedAfter) > 0;
    Duration lag = behind || producerBehind ? lag(producer, heads.appliedMicros()) : Duration.ZERO;
    long transactions =
        behind
            ? Math.max(
                0,
                producer.getTransactions()
                    - heads.consumer().map(Progress::getTransactions).orElse(0L))
            : 0;
    Verdict verdict =
        worse(
            judge(heads, producer, producerBehind, behind && lag.compareTo(divergedAfter) > 0),
            heads.incidents());
    return new LinkStatus(
        link,
        verdict.state(),
        verdict.reason(),
        verdict.detail(),
        transactions,
        lag,
        producer,
        heads.consumer(),
        heads.incidents());
  }

  /** Who reports an incident knows why; who looks at the two sides sees also that one is silent. */
  private static Verdict worse(Verdict seen, List<StatusEvent> incidents) {
    StatusEvent worst = null;
    for (StatusEvent incident : incidents) {
      if (worst == null || severity(incident) >= severity(worst)) {
        worst = incident;
      }
    }
    if (worst == null) {
      return seen;
    }
    // What recovers is behind: that is no other trouble.
    boolean recovers =
        worst.getState() == LinkState.RECOVERING
            && seen.reason.equals(Optional.of(Reason.SECONDARY_BEHIND));
    if (severity(worst) < Severity.of(seen.state, seen.reason) && !recovers) {
      return seen;
    }
    Optional<Reason> reason = reason(worst.getReason());
    if (worst.getState() == seen.state && reason.equals(seen.reason)) {
      return seen;
    }
    String told =
        worst.getObserver().name().toLowerCase(Locale.ROOT)
            + ": "
            + (reason.isPresent() ? "" : worst.getReason() + ": ")
            + worst.getDetail();
    boolean both = worst.getState() == seen.state && !seen.detail.isEmpty();
    return new Verdict(worst.getState(), reason, both ? told + "; " + seen.detail : told);
  }

  private static int severity(StatusEvent incident) {
    return Severity.of(incident.getState(), reason(incident.getReason()));
  }

  private static Optional<Reason> reason(String name) {
    return Arrays.stream(Reason.values()).filter(known -> known.name().equals(name)).findFirst();
  }

  private static Verdict judge(
      LinkFacts heads, Progress producer, boolean producerBehind, boolean tooFarBehind) {
    if (producer.getState() == ProgressState.HALTED) {
      return halted("producer", producer);
    }
    Progress consumer = heads.consumer().orElse(null);
    if (consumer != null && consumer.getState() == ProgressState.HALTED) {
      return halted("consumer", consumer);
    }
    if (heads.producerSilent() && producer.getState() == ProgressState.COPYING) {
      return Verdict.of(
          LinkState.RECOVERING,
          Reason.COPYING,
          "a copy was interrupted, or its next rows are late; if nobody copies, run"
              + " 'duplex init --copy' again");
    }
    if (producer.getState() == ProgressState.COPYING
        || (consumer != null && consumer.getState() == ProgressState.COPYING)) {
      return Verdict.of(LinkState.RECOVERING, Reason.COPYING, "existing rows are on their way");
    }
    if (heads.producerSilent()) {
      return Verdict.of(
          LinkState.DIVERGED, Reason.PRODUCER_SILENT, "no producer reports; is one running?");
    }
    if (consumer == null || heads.consumerSilent()) {
      return Verdict.of(
          LinkState.DIVERGED, Reason.CONSUMER_SILENT, "no consumer reports; is one running?");
    }
    if (!ProgressOrder.sameStart(producer, consumer)) {
      return Verdict.of(
          LinkState.RECOVERING, Reason.COPYING, "the consumer is not yet at the link's new start");
    }
    if (producerBehind) {
      return Verdict.of(
          LinkState.DIVERGED,
          Reason.SECONDARY_BEHIND,
          "the producer is catching up with the primary's log");
    }
    if (tooFarBehind) {
      return behind(consumer);
    }
    return new Verdict(LinkState.IN_SYNC, Optional.empty(), "");
  }

  /** A consumer that waits says for what. */
  private static Verdict behind(Progress consumer) {
    Told told = Told.of(consumer);
    return told.reason.isPresent()
        ? new Verdict(LinkState.DIVERGED, told.reason, "consumer: " + told.text)
        : Verdict.of(LinkState.DIVERGED, Reason.SECONDARY_BEHIND, "the secondary is catching up");
  }

  private static Verdict halted(String side, Progress head) {
    Told told = Told.of(head);
    return new Verdict(LinkState.HALTED, told.reason, side + ": " + told.text);
  }

  /** The detail of a side that does not work begins with the reason, as in {@code GAP: ...}. */
  private record Told(Optional<Reason> reason, String text) {
    static Told of(Progress head) {
      String detail = head.getDetail() == null ? "" : head.getDetail();
      Optional<Reason> reason =
          Arrays.stream(Reason.values()).filter(r -> detail.startsWith(r.name() + ":")).findFirst();
      return new Told(
          reason, reason.map(r -> detail.substring(r.name().length() + 1).strip()).orElse(detail));
    }
  }

  private static boolean isBehind(Progress producer, Progress consumer) {
    return consumer.getPosition() != producer.getPosition()
        || producer.getCutPosition() != null
        || !ProgressOrder.sameStart(producer, consumer);
  }

  /** How far the producer is behind the primary's log; an older one does not say it. */
  private static Duration undecoded(Progress producer) {
    return between(producer.getDecodedMicros(), producer.getPrimaryMicros());
  }

  private static Duration lag(Progress producer, long appliedMicros) {
    long now = producer.getPrimaryMicros();
    return between(appliedMicros, now > 0 ? now : producer.getDecodedMicros());
  }

  /** Of two times of the primary's clock; without one of them there is nothing to compare with. */
  private static Duration between(long fromMicros, long toMicros) {
    return fromMicros <= 0 || toMicros <= 0
        ? Duration.ZERO
        : Duration.of(Math.max(0, toMicros - fromMicros), ChronoUnit.MICROS);
  }
}
