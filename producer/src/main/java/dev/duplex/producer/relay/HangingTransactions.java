package dev.duplex.producer.relay;

import dev.duplex.kafka.KafkaFailure;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.producer.relay.LastStableOffsets.Ends;
import dev.duplex.schemas.ProgressOrder;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what Kafka has forgotten to end: a broker that coordinates a transaction takes a partition
 * that has no leader at that moment for deleted, and never writes there whether the transaction was
 * committed (docs/decisions/0013-hanging-transactions.md). Readers see nothing behind it then, and
 * the next marker of the same writer would decide it by chance.
 *
 * <p>{@link ChangePublisher#commit} does not return before a transaction is decided in both topics,
 * so only the last one of a writer can hang, and the primary or the diff files still have it. It is
 * aborted, to be published again; whoever is killed amid this leaves something that the next one
 * ends in the same way.
 *
 * <p>Owned by one thread.
 */
final class HangingTransactions {
  private static final Logger log = LoggerFactory.getLogger(HangingTransactions.class);

  private final ChangePublisher publisher;
  private final KafkaSettings settings;
  private final UndecidedRecords undecided;
  private final long epoch;

  /**
   * For a publisher that has just fenced all others and has sent nothing.
   *
   * @param epoch under which the link was claimed for it
   */
  HangingTransactions(
      ChangePublisher publisher, KafkaSettings settings, UndecidedRecords undecided, long epoch) {
    this.publisher = publisher;
    this.settings = settings;
    this.undecided = undecided;
    this.epoch = epoch;
  }

  /**
   * Returns when everything is decided that earlier writers have sent.
   *
   * @throws FencedException if another instance has claimed the link since: what hangs is its own
   * @throws dev.duplex.schemas.failure.DuplexException if it is not possible now
   */
  void end() {
    try {
      LastStableOffsets offsets = publisher.offsets();
      Ends written = offsets.written();
      Ends decided = offsets.decided();
      if (!decided.reach(written)) {
        // Its own marker can get lost as well: readers must get past what was given up, too, or the
        // next commit would show them a record that is nobody's.
        offsets.await(end(written, decided).orBehind(written));
        log.warn(
            "Kafka had left a transaction of link {} undecided: it was aborted, and what it held is"
                + " published again",
            settings.link());
      }
    } catch (KafkaException e) {
      throw KafkaFailure.of("end a hanging transaction", settings, e);
    }
  }

  private Ends end(Ends written, Ends decided) {
    List<TopicPartition> hanging = new ArrayList<>();
    Progress head = publisher.progressLog().heads().get(Role.PRODUCER);
    requireClaimed(head);
    if (decided.progress() < written.progress()) {
      TopicPartition partition = settings.topics().progress();
      undecided.read(partition, decided.progress(), written.progress(), this::requireClaimed);
      hanging.add(partition);
    }
    if (decided.changes() < written.changes()) {
      TopicPartition partition = settings.topics().changes();
      ConsumerRecord<byte[], byte[]> last =
          undecided.read(partition, decided.changes(), written.changes(), record -> {});
      if (last != null && head != null && undecided.isCovered(last, head)) {
        publisher.progress(before(last, head));
        publisher.commit();
      }
      hanging.add(partition);
    }
    return publisher.giveUp(hanging);
  }

  private void requireClaimed(ConsumerRecord<byte[], byte[]> progress) {
    requireClaimed(publisher.progressLog().decode(progress));
  }

  /** An attempt that was frozen, or is late, must not end what another instance waits for. */
  private void requireClaimed(@Nullable Progress progress) {
    if (progress != null && progress.getRole() == Role.PRODUCER && progress.getEpoch() > epoch) {
      throw new FencedException(
          "producer " + progress.getInstance() + " took over link " + settings.link());
    }
  }

  /**
   * The head as it was before a change: what the topic will have when that is aborted. Told before
   * it is, so that the head never tells of more.
   */
  private Progress before(ConsumerRecord<byte[], byte[]> change, Progress head) {
    Progress before =
        publisher
            .progressLog()
            .newest(
                progress ->
                    progress.getRole() == Role.PRODUCER
                        && ProgressOrder.sameStart(progress, head)
                        && !undecided.isCovered(change, progress));
    if (before == null) {
      throw new HaltException(
          Reason.GAP,
          "Kafka has lost track of the commit of what lies at offset "
              + change.offset()
              + " of topic "
              + change.topic()
              + ", and the progress topic does not go back before it: run 'duplex init --recopy'");
    }
    return Progress.newBuilder(before)
        .setEpoch(head.getEpoch())
        .setInstance(head.getInstance())
        .setHost(head.getHost())
        .build();
  }
}
