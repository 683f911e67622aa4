package dev.duplex.producer.datasource;

import dev.duplex.schemas.avro.LinkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A link that is as far as the test says; keeps what was waited for. */
final class RecordingGate implements CommitGate {
  /** A wait. */
  record Wait(CommitLevel requested, long position) {}

  private final List<Wait> waits = new ArrayList<>();
  private @Nullable CommitLevel reached;

  /** From now on waits end with this level instead of the one requested. */
  void reaches(CommitLevel level) {
    reached = level;
  }

  /** What was waited for since the last call. */
  List<Wait> waits() {
    List<Wait> taken = List.copyOf(waits);
    waits.clear();
    return taken;
  }

  @Override
  public CommitReceipt local() {
    return receipt(OptionalLong.empty(), CommitLevel.LOCAL, CommitLevel.LOCAL);
  }

  @Override
  public CommitReceipt nothing(CommitLevel requested) {
    return receipt(OptionalLong.empty(), requested, requested);
  }

  @Override
  public CommitReceipt await(CommitLevel requested, long position) {
    waits.add(new Wait(requested, position));
    CommitLevel level = reached == null ? requested : reached;
    return receipt(OptionalLong.of(position), requested, level);
  }

  @Override
  public CommitReceipt unknown(CommitLevel requested, String detail) {
    return receipt(OptionalLong.empty(), requested, CommitLevel.LOCAL);
  }

  private static CommitReceipt receipt(
      OptionalLong position, CommitLevel requested, CommitLevel achieved) {
    return new CommitReceipt(
        position, requested, achieved, LinkState.IN_SYNC, Optional.empty(), false, "");
  }
}
