package dev.duplex.producer.relay;

import dev.duplex.producer.spool.Changes;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;

/** Heads of the chain, as the progress topic has them. */
final class Heads {
  private Heads() {}

  /** A head whose last transaction is at a position, decoded up to 10 behind it. */
  static Progress.Builder at(long position) {
    return Progress.newBuilder()
        .setLink(Changes.LINK.name())
        .setRole(Role.PRODUCER)
        .setState(ProgressState.LIVE)
        .setEpoch(3)
        .setInstance("1@host#abcd")
        .setHost("host")
        .setSystemId(Changes.PRIMARY.systemId())
        .setTimeline(Changes.PRIMARY.timeline())
        .setTopicId("topic")
        .setPosition(position)
        .setTransactionId(position / Changes.STEP)
        .setCommitMicros(5)
        .setDecoded(position + 10)
        .setDecodedMicros(4)
        .setTransactions(20)
        .setChanges(40);
  }

  static RelayHead relay(Progress base) {
    return new RelayHead(base, () -> null);
  }
}
