package dev.duplex.schemas;

import dev.duplex.schemas.avro.Observer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a link is not in sync; the words of the status topic, and what is known of each. The rows of
 * docs/formats/status.md and docs/operations.md say the same for people.
 */
public enum Reason {
  BROKER_UNREACHABLE(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE),
  REGISTRY_UNREACHABLE(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE),
  SCHEMA_REJECTED(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE, Observer.CONSUMER),
  SECONDARY_BEHIND(Observer.CONSUMER, Blocks.APPLYING, Insight.LATENESS),
  SECONDARY_DOWN(Observer.CONSUMER, Blocks.APPLYING, Insight.CAUSE),
  APPLY_FAILED(Observer.CONSUMER, Blocks.APPLYING, Insight.CAUSE),
  ROW_MISMATCH(Observer.CONSUMER, Blocks.NOTHING, Insight.CAUSE),
  GAP(Observer.CONSUMER, Blocks.PUBLISHING, Insight.CAUSE, Observer.PRODUCER),
  DIFF_FILE_DAMAGED(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE),
  SPOOL_FULL(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE),
  CAPTURE_LOST(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE, Observer.CONSUMER),
  DIFF_FILE_ELSEWHERE(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE),
  CHANGE_REJECTED(Observer.PRODUCER, Blocks.PUBLISHING, Insight.CAUSE, Observer.CONSUMER),
  TABLE_NOT_REPLICATED(Observer.PRODUCER, Blocks.NOTHING, Insight.CAUSE),
  COPYING(Observer.CONSUMER, Blocks.APPLYING, Insight.CAUSE),
  PRODUCER_SILENT(Observer.MONITOR, Blocks.PUBLISHING, Insight.SILENCE),
  CONSUMER_SILENT(Observer.MONITOR, Blocks.APPLYING, Insight.SILENCE),
  FENCED(Observer.PRODUCER, Blocks.NOTHING, Insight.CAUSE, Observer.CONSUMER);

  // With these somebody may stand still until an operator has acted.
  private static final Set<Reason> HALTING =
      EnumSet.of(
          GAP,
          CAPTURE_LOST,
          SCHEMA_REJECTED,
          CHANGE_REJECTED,
          ROW_MISMATCH,
          DIFF_FILE_DAMAGED,
          DIFF_FILE_ELSEWHERE,
          APPLY_FAILED);

  /** What does not go on meanwhile, so that waiting for it is in vain. */
  public enum Blocks {
    NOTHING,
    APPLYING,
    /** And so applying, too. */
    PUBLISHING
  }

  /** How much a reason explains; of two that are true the later one is told. */
  public enum Insight {
    /** Only that something is late. */
    LATENESS,
    /** Only that nothing is heard. */
    SILENCE,
    CAUSE
  }

  private final Observer owner;
  private final Blocks blocks;
  private final Insight insight;
  private final @Nullable Observer other;

  Reason(Observer owner, Blocks blocks, Insight insight) {
    this(owner, blocks, insight, null);
  }

  Reason(Observer owner, Blocks blocks, Insight insight, @Nullable Observer other) {
    this.owner = owner;
    this.blocks = blocks;
    this.insight = insight;
    this.other = other;
  }

  /** The reason of that name; empty for one of a version to come. */
  public static Optional<Reason> of(String name) {
    return Arrays.stream(values()).filter(known -> known.name().equals(name)).findFirst();
  }

  /** Whose matter it is. */
  public Observer owner() {
    return owner;
  }

  /** Whether an observer reports it: its owner, or another one where that sees it first. */
  public boolean isReportedBy(Observer observer) {
    return observer == owner || observer == other;
  }

  /** What does not go on unless the observer says otherwise. */
  public Blocks blocks() {
    return blocks;
  }

  public Insight insight() {
    return insight;
  }

  /** Whether it may halt the link: then an operator must act. */
  public boolean mayHalt() {
    return HALTING.contains(this);
  }
}
