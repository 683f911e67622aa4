package dev.duplex.schemas;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;

/**
 * Where a link begins: right after the point from which its slot delivers.
 *
 * @param identity of the primary, in which the position has a meaning
 * @param consistentPoint transactions that commit after it are delivered
 * @param topicId Kafka's id of the changes topic
 * @param micros the primary's clock at that point, microseconds since 1970; lag is counted from it
 *     until the first transaction is applied
 */
public record LinkStart(
    PrimaryIdentity identity, long consistentPoint, String topicId, long micros) {
  /** A position that no transaction has and that all which follow are greater than. */
  public long position() {
    return consistentPoint - 1;
  }

  /** The relay's head at the start. */
  public Progress.Builder progress(Link link, Instance instance) {
    return Progress.newBuilder()
        .setLink(link.name())
        .setRole(Role.PRODUCER)
        .setState(ProgressState.LIVE)
        .setEpoch(0)
        .setInstance(instance.name())
        .setHost(instance.host())
        .setSystemId(identity.systemId())
        .setTimeline(identity.timeline())
        .setTopicId(topicId)
        .setPosition(position())
        .setTransactionId(0)
        .setCommitMicros(micros)
        .setDecoded(consistentPoint)
        .setDecodedMicros(micros)
        .setTransactions(0)
        .setChanges(0);
  }
}
