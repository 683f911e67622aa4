package dev.duplex.producer.datasource;

import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What became of a commit. Whatever it says, the transaction is committed on the primary.
 *
 * @param position the primary's log right after the commit, up to which everything has reached the
 *     achieved level; empty if the commit waited for nothing, because of its mode or because it had
 *     written nothing
 * @param requested the level that the commit was to reach
 * @param achieved the level that it has reached; a transaction that wrote nothing reaches any
 * @param linkState the link's state as this instance knew it then
 * @param reason why the link is not in sync, or the level not reached; empty if all is well
 * @param singleCopy whether {@link CommitLevel#PUBLISHED} may rest on one broker alone: the changes
 *     topic has a replication factor or {@code min.insync.replicas} below 2
 * @param detail one line for people; empty if there is nothing to say
 */
public record CommitReceipt(
    OptionalLong position,
    CommitLevel requested,
    CommitLevel achieved,
    LinkState linkState,
    Optional<Reason> reason,
    boolean singleCopy,
    String detail) {

  /** Whether the requested level was reached. */
  public boolean isComplete() {
    return achieved.compareTo(requested) >= 0;
  }

  /** One line that says that the transaction is committed, and how far it has got. */
  String warning() {
    return "the transaction is committed on the primary, but not known to be "
        + requested
        + (position.isPresent() ? " (position " + Position.format(position.getAsLong()) + ")" : "")
        + ": it is "
        + achieved
        + ", the link is "
        + linkState
        + reason.map(known -> " (" + known + ")").orElse("")
        + (detail.isEmpty() ? "" : ": " + detail);
  }
}
