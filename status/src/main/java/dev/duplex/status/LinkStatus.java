package dev.duplex.status;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.judge.Judge;
import dev.duplex.schemas.judge.LinkFacts;
import dev.duplex.schemas.judge.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a link is, with the reports and incidents that it follows from; the state is what the one
 * {@link Judge} finds.
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

  /**
   * Has the facts judged.
   *
   * @throws SetupException if the link was never set up
   */
  public static LinkStatus of(String link, LinkFacts facts) {
    return of(link, facts, Judge.judge(facts));
  }

  /** As above, with the verdict on these facts. */
  public static LinkStatus of(String link, LinkFacts facts, Verdict verdict) {
    Progress producer =
        facts
            .producer()
            .head()
            .orElseThrow(
                () ->
                    new SetupException(
                        "link " + link + " has no progress yet: run 'duplex init' first"));
    return new LinkStatus(
        link,
        verdict.state(),
        verdict.reason(),
        verdict.detail(),
        verdict.transactionsBehind(),
        verdict.lag(),
        producer,
        facts.consumer().head(),
        facts.incidents());
  }
}
