package dev.duplex.schemas.judge;

import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.avro.Progress;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What the secondary lacks. Lag is a difference of two times of the primary's clock.
 *
 * @param transactions not applied yet: published, or in diff files as far as known
 * @param changes likewise
 * @param undecoded how far the producer is behind the primary's log; an older one does not say it
 * @param lag age of the oldest transaction that is not applied, or less
 * @param isOfUnknownAge whether something is not applied, and nothing says since when
 */
public record Backlog(
    long transactions, long changes, Duration undecoded, Duration lag, boolean isOfUnknownAge) {
  static final Backlog NONE = new Backlog(0, 0, Duration.ZERO, Duration.ZERO, false);

  static Backlog of(LinkFacts facts, Progress producer) {
    Optional<Progress> consumer = facts.consumer().head();
    boolean behind = consumer.map(head -> isBehind(producer, head)).orElse(true);
    Duration undecoded = between(producer.getDecodedMicros(), producer.getPrimaryMicros());
    long now = primaryNow(producer);
    Duration lag =
        behind || undecoded.compareTo(facts.divergedAfter()) > 0
            ? between(facts.appliedMicros(), now)
            : Duration.ZERO;
    long transactions = behind ? published(producer, consumer, Progress::getTransactions) : 0;
    long changes = behind ? published(producer, consumer, Progress::getChanges) : 0;
    boolean unknown = behind && (facts.appliedMicros() <= 0 || now <= 0);
    Backlog onTopic = new Backlog(transactions, changes, undecoded, lag, unknown);
    return facts.producer().service().map(says -> onTopic.with(says, producer)).orElse(onTopic);
  }

  private Backlog with(ServiceReport service, Progress topics) {
    SpoolReport spool = service.spool().filter(some -> some.bytes() > 0).orElse(null);
    if (spool == null) {
      return this;
    }
    Duration age = Duration.of(spool.ageMicros(), ChronoUnit.MICROS);
    long since = since(service.transactions(), topics.getTransactions());
    long changesSince = since(service.changes(), topics.getChanges());
    long missing = Math.max(0, transactions + since + spool.transactions());
    return new Backlog(
        missing,
        missing == 0 ? 0 : Math.max(0, changes + changesSince + spool.changes()),
        undecoded,
        lag.compareTo(age) < 0 ? age : lag,
        isOfUnknownAge);
  }

  /** What the producer has published and what not, it says of one moment; the topics of another. */
  private static long since(long totalNow, long totalThen) {
    return totalNow == 0 ? 0 : totalNow - totalThen;
  }

  private static boolean isBehind(Progress producer, Progress consumer) {
    return consumer.getPosition() != producer.getPosition()
        || producer.getCutPosition() != null
        || !ProgressOrder.sameStart(producer, consumer);
  }

  private static long published(
      Progress producer, Optional<Progress> consumer, ToLongFunction<Progress> count) {
    return Math.max(0, count.applyAsLong(producer) - consumer.map(count::applyAsLong).orElse(0L));
  }

  private static long primaryNow(Progress producer) {
    long now = producer.getPrimaryMicros();
    return now > 0 ? now : producer.getDecodedMicros();
  }

  /** Of two times of the primary's clock; without one of them there is nothing to compare with. */
  private static Duration between(long fromMicros, long toMicros) {
    return fromMicros <= 0 || toMicros <= 0
        ? Duration.ZERO
        : Duration.of(Math.max(0, toMicros - fromMicros), ChronoUnit.MICROS);
  }
}
