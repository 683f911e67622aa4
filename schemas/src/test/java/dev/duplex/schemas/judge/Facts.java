package dev.duplex.schemas.judge;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.ProgressState;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Facts for tests: a link in sync, but for what is changed. */
final class Facts {
  static final Duration LIMIT = Duration.ofSeconds(5);

  private @Nullable Progress producer = head(Role.PRODUCER).build();
  private @Nullable Progress consumer = head(Role.CONSUMER).build();
  private boolean producerSilent;
  private boolean consumerSilent;
  private long appliedMicros = 100_000_000;
  private final List<StatusEvent> incidents = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final List<ServiceReport> services = new ArrayList<>();

  Facts producer(Consumer<Progress.Builder> change) {
    producer = changed(Role.PRODUCER, change);
    return this;
  }

  Facts consumer(Consumer<Progress.Builder> change) {
    consumer = changed(Role.CONSUMER, change);
    return this;
  }

  Facts without(Role role) {
    producer = role == Role.PRODUCER ? null : producer;
    consumer = role == Role.CONSUMER ? null : consumer;
    return this;
  }

  Facts silent(Role... roles) {
    producerSilent = Arrays.asList(roles).contains(Role.PRODUCER);
    consumerSilent = Arrays.asList(roles).contains(Role.CONSUMER);
    return this;
  }

  /** The secondary has what was committed so many seconds ago, and no more. */
  Facts behind(double seconds) {
    consumer(head -> head.setPosition(80).setTransactions(7).setChanges(70));
    appliedMicros = 100_000_000 - Math.round(seconds * 1e6);
    return this;
  }

  Facts applied(long micros) {
    appliedMicros = micros;
    return this;
  }

  Facts incident(Observer observer, LinkState state, String reason) {
    incidents.add(event(observer, state, reason, false));
    return this;
  }

  Facts finding(LinkState state, Reason reason) {
    findings.add(Finding.seen(state, reason, "looked"));
    return this;
  }

  Facts service(ServiceState state, @Nullable Reason reason) {
    return service(state, reason, null);
  }

  Facts service(ServiceState state, @Nullable Reason reason, @Nullable SpoolReport spool) {
    Role role =
        switch (state) {
          case APPLYING, WAITING, FAILED, STOPPED -> Role.CONSUMER;
          default -> Role.PRODUCER;
        };
    services.add(
        new ServiceReport(
            role,
            "bank",
            "1@host#abcd",
            state,
            Optional.ofNullable(reason),
            "said",
            1,
            100,
            role == Role.PRODUCER ? 10 : 0,
            role == Role.PRODUCER ? 100 : 0,
            Optional.ofNullable(spool)));
    return this;
  }

  LinkFacts build() {
    return new LinkFacts(
            SideFacts.of(Optional.ofNullable(producer), producerSilent),
            SideFacts.of(Optional.ofNullable(consumer), consumerSilent),
            appliedMicros,
            incidents,
            findings,
            LIMIT)
        .withServices("bank", services);
  }

  Verdict judge() {
    return Judge.judge(build());
  }

  static StatusEvent event(Observer observer, LinkState state, String reason, boolean drained) {
    return StatusEvent.newBuilder()
        .setLink("bank")
        .setIncident(observer + reason)
        .setObserver(observer)
        .setSequence(1)
        .setInstance("1@host#abcd")
        .setState(state)
        .setPreviousState(LinkState.IN_SYNC)
        .setReason(reason)
        .setTimeMicros(1)
        .setDrained(drained)
        .setDetail("told")
        .build();
  }

  private static Progress changed(Role role, Consumer<Progress.Builder> change) {
    Progress.Builder head = head(role);
    change.accept(head);
    return head.build();
  }

  /** At 100, everything up to the 100th second of the primary's clock. */
  private static Progress.Builder head(Role role) {
    return Progress.newBuilder()
        .setLink("bank")
        .setRole(role)
        .setState(ProgressState.LIVE)
        .setEpoch(1)
        .setInstance("1@host#abcd")
        .setHost("host")
        .setSystemId("7")
        .setTimeline(1)
        .setTopicId("topic")
        .setPosition(100)
        .setTransactionId(1)
        .setCommitMicros(100_000_000)
        .setDecoded(101)
        .setDecodedMicros(100_000_000)
        .setPrimaryMicros(role == Role.PRODUCER ? 100_000_000 : 0)
        .setTransactions(10)
        .setChanges(100);
  }
}
