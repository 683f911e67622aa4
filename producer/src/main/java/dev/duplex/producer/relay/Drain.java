package dev.duplex.producer.relay;

import dev.duplex.database.source.Moment;
import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.producer.spool.Spool;
import dev.duplex.producer.spool.SpoolReader;
import dev.duplex.producer.spool.SpooledChange;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowKey;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.row.EnvelopeEncoder;

/**
 * Publishes the diff files, from their begin, in big Kafka transactions. What is published already
 * is left out: nobody knows what became of the last Kafka transaction before the outage until its
 * end was read from the topic.
 *
 * <p>Owned by the relay's thread.
 */
final class Drain implements AutoCloseable {
  private final RelayLease holding;
  private final Spool spool;
  private final SpoolReader reader;
  private final RelayHead head;
  private final KafkaBatch batch;

  Drain(RelayLease holding, Spool spool, KafkaTransactions publisher, RelayHead head) {
    this.holding = holding;
    this.spool = spool;
    this.head = head;
    this.batch =
        new KafkaBatch(publisher, head, holding.maxTransaction(), holding.time(), this::committed);
    this.reader = spool.reader();
  }

  RelayHead head() {
    return head;
  }

  /**
   * Publishes one Kafka transaction.
   *
   * @return whether nothing is left to publish
   */
  boolean step() {
    long commits = batch.commits();
    while (batch.commits() == commits) {
      SpooledChange spooled = reader.next();
      if (spooled == null) {
        if (batch.isOpen()) {
          batch.commit();
        }
        return true;
      }
      if (!head.covers(spooled.change().position(), spooled.change().order())) {
        send(spooled);
      }
      batch.cutIfLong();
    }
    return false;
  }

  /** How far the drain is behind goes into its progress, too. */
  void asked(Moment moment) {
    batch.logEnd().asked(moment);
  }

  /** Nothing is left: publishes up to where the primary's log is known to have nothing more. */
  void finish(long decoded) {
    head.decoded(decoded);
    batch.commit();
  }

  private void send(SpooledChange spooled) {
    Change change = spooled.change();
    byte[] value = change.bytes();
    if (!change.hasPreviousPosition()) {
      // When it was spooled it was not known what was published before it.
      value =
          EnvelopeEncoder.withPreviousPosition(
              value, change.previousPositionOffset(), head.position());
    } else if (change.previousPosition() != head.position()) {
      throw new HaltException(
          Reason.GAP,
          "the transaction at "
              + Position.format(change.position())
              + " in "
              + spool.directory()
              + " follows "
              + Position.format(change.previousPosition())
              + ", but published is up to "
              + Position.format(head.position())
              + ": run 'duplex init --recopy'");
    }
    batch.send(
        spooled.schema(),
        RowKey.of(change, spooled.format()),
        value,
        change.position(),
        change.order(),
        change.count() == 0 ? null : end(change));
  }

  /** Where its commit record ends is not in the diff file; where it begins is less, and enough. */
  private static TransactionEnd end(Change change) {
    return new TransactionEnd(
        change.position(), change.position(), change.transactionId(), change.commitMicros());
  }

  private void committed() {
    spool.release(head.position());
    spool.published(reader.count());
    holding.health().drained(head, spool.totals());
  }

  @Override
  public void close() {
    reader.close();
  }
}
