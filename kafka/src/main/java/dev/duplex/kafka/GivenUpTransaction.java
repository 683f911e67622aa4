package dev.duplex.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A transaction that is begun to be given up. With it ends what an earlier one with the same
 * transactional id has left undecided in the same topics: Kafka decides all of a writer's records
 * in a partition by the next marker, and a transaction whose own marker was never written hangs
 * until then (docs/decisions/0013-hanging-transactions.md).
 */
public final class GivenUpTransaction {
  private static final byte[] NOTHING = {};

  private GivenUpTransaction() {}

  /**
   * Writes it, one record into each partition. It has taken effect once readers of committed
   * records get to the offsets that are returned.
   *
   * @param producer has initialized its transactions and has none open
   * @param limit how long to wait at most for each record
   * @return of each partition the offset behind the record that was given up
   * @throws KafkaException if that fails; the producer is of no more use then
   */
  public static Map<TopicPartition, Long> write(
      Producer<byte[], byte[]> producer, Collection<TopicPartition> partitions, Duration limit) {
    producer.beginTransaction();
    List<Future<RecordMetadata>> records = new ArrayList<>();
    for (TopicPartition each : partitions) {
      records.add(
          producer.send(new ProducerRecord<>(each.topic(), each.partition(), NOTHING, NOTHING)));
    }
    Map<TopicPartition, Long> ends = new LinkedHashMap<>();
    for (Future<RecordMetadata> record : records) {
      RecordMetadata written = await(record, limit); // what was not sent yet, abort would drop
      ends.put(new TopicPartition(written.topic(), written.partition()), written.offset() + 1);
    }
    producer.abortTransaction();
    return ends;
  }

  /** Whether a record was written by such a transaction. */
  public static boolean has(ConsumerRecord<byte[], byte[]> record) {
    return Arrays.equals(record.key(), NOTHING) && Arrays.equals(record.value(), NOTHING);
  }

  private static RecordMetadata await(Future<RecordMetadata> record, Duration limit) {
    try {
      return record.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer for " + limit.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    }
  }
}
