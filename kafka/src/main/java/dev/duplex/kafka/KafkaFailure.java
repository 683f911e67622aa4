package dev.duplex.kafka;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Sorts what Kafka clients throw by what the caller does. A consumer that is woken up and did not
 * do so itself was by {@link ClockWatch}.
 */
public final class KafkaFailure {
  private KafkaFailure() {}

  /**
   * The failure as one of ours.
   *
   * @param call what was being done, e.g. "commit a transaction"
   */
  public static DuplexException of(String call, KafkaSettings settings, Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException
            || cause.getClass() == org.apache.kafka.common.KafkaException.class)) {
      cause = cause.getCause();
    }
    if (cause instanceof DuplexException ours) {
      return ours;
    }
    if (cause instanceof WakeupException) {
      return new RetryException(
          Reason.BROKER_UNREACHABLE,
          "this machine's clock was set back, by which Kafka's client measures: connecting anew",
          cause);
    }
    String message = "Kafka at " + settings.bootstrapServers() + ": cannot " + call + ": ";
    String text =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    if (cause instanceof ProducerFencedException
        || cause instanceof InvalidProducerEpochException) {
      return new FencedException(
          "another producer of link " + settings.link() + " took over", cause);
    }
    if (cause instanceof AuthenticationException || cause instanceof AuthorizationException) {
      return new SetupException(message + text + "; set the credentials or rights in kafka", cause);
    }
    if (cause instanceof RecordTooLargeException) {
      return new HaltException(Reason.CHANGE_REJECTED, message + text, cause);
    }
    return new RetryException(Reason.BROKER_UNREACHABLE, message + text, cause);
  }

  /**
   * Why nothing goes on behind a record that Duplex has not written.
   *
   * @param expected what it should be, e.g. "change"
   */
  public static HaltException foreign(
      ConsumerRecord<?, ?> record, String expected, IllegalArgumentException why) {
    return new HaltException(
        Reason.CHANGE_REJECTED,
        "offset "
            + record.offset()
            + " of "
            + record.topic()
            + " is no "
            + expected
            + " ("
            + why.getMessage()
            + "): find out who else writes to this topic and take away the right",
        why);
  }
}
