package dev.duplex.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** How failures are sorted, and which settings nobody can change. */
class KafkaFailureTest {
  private static final KafkaSettings SETTINGS =
      new KafkaSettings(
          new Link("bank"),
          Map.of(
              "bootstrap.servers", "broker:9092",
              "sasl.jaas.config", "secret",
              "isolation.level", "read_uncommitted",
              "acks", "1",
              "linger.ms", "7"));

  @Test
  void shouldSortByWhatTheCallerDoes() {
    assertThat(of(new ProducerFencedException("m"))).isInstanceOf(FencedException.class);
    assertThat(of(new InvalidProducerEpochException("m"))).isInstanceOf(FencedException.class);
    assertThat(of(new SaslAuthenticationException("m"))).isInstanceOf(SetupException.class);
    assertThat(of(new TopicAuthorizationException("m"))).isInstanceOf(SetupException.class);
    assertThat(of(new TimeoutException("m")))
        .isInstanceOfSatisfying(
            RetryException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BROKER_UNREACHABLE))
        .hasMessage("Kafka at broker:9092: cannot commit: m");
    assertThat(of(new RecordTooLargeException("m")))
        .isInstanceOfSatisfying(
            HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHANGE_REJECTED));
  }

  @Test
  void shouldLookBehindWrappers() {
    Throwable fenced = new ProducerFencedException("m");

    assertThat(of(new KafkaException("outer", fenced))).isInstanceOf(FencedException.class);
    assertThat(of(new ExecutionException(fenced))).isInstanceOf(FencedException.class);
  }

  @Test
  void shouldLeaveOurOwnFailuresAsTheyAre() {
    HaltException ours = new HaltException(Reason.GAP, "m");

    assertThat(of(new ExecutionException(ours))).isSameAs(ours);
  }

  @Test
  void shouldKeepThePromisesWhateverTheUserSets() {
    assertThat(SETTINGS.transactionalProducer(Duration.ofSeconds(20)))
        .containsEntry(ProducerConfig.ACKS_CONFIG, "all")
        .containsEntry(ProducerConfig.LINGER_MS_CONFIG, "7")
        .containsEntry(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "duplex-bank");
    assertThat(SETTINGS.consumer())
        .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
        .containsEntry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
  }

  @Test
  void shouldNotShowSecrets() {
    assertThat(SETTINGS).hasToString("KafkaSettings[broker:9092]");
  }

  private static DuplexException of(Throwable failure) {
    return KafkaFailure.of("commit", SETTINGS, failure);
  }
}
