package dev.duplex.producer.relay;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.row.EnvelopeSchema;
import org.jspecify.annotations.Nullable;

/** Kafka, as whoever puts changes into transactions sees it: one transaction after the other. */
interface KafkaTransactions {
  /** Whether a Kafka transaction is open. */
  boolean isOpen();

  /** Bytes sent in the open transaction, before compression. */
  long openBytes();

  /**
   * Sends a change; begins a transaction if none is open.
   *
   * @param key null if the row has none; both arrays are used up
   */
  void change(EnvelopeSchema table, byte @Nullable [] key, byte[] value);

  /** Sends progress, in the open transaction or in one of its own, which is not committed yet. */
  void progress(Progress progress);

  /** Commits; when it returns, every in-sync replica has what was sent, and readers see it. */
  void commit();
}
