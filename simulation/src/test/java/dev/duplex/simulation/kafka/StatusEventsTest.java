package dev.duplex.simulation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Observer;
import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.status.Observation;
import dev.duplex.schemas.wire.GeneratedRecords;
import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two instances of one observer report, are killed at any call and start anew, while calls to Kafka
 * and the registry end in every way: no number is given to two events or left out, and everything
 * is sent when the faults have ended.
 */
final class StatusEventsTest {
  private static final int SEEDS = Integer.getInteger("duplex.seeds", 100);

  @Test
  void shouldNumberEachEventOnceWhateverFails() throws Exception {
    long first = Long.getLong("duplex.seed", 1);
    int count = System.getProperty("duplex.seed") == null ? SEEDS : 1;
    for (long seed = first; seed < first + count; seed++) {
      try {
        new Run(seed).run();
      } catch (AssertionError | Exception e) {
        throw new AssertionError("seed " + seed + ": -Dduplex.seed=" + seed, e);
      }
    }
  }

  /** The end of a process amid a call. */
  private static final class Kill extends Error {
    private static final long serialVersionUID = 1;

    Kill() {
      super(null, null, false, false);
    }
  }

  private static final class Run {
    private static final int ROUNDS = 150;

    private final Random random;
    private final StillTime time = new StillTime();
    private final SimulatedKafka kafka = new SimulatedKafka(time, this::amongBrokers);
    private final SimulatedRegistry registry = new SimulatedRegistry();
    private final Instance[] instances = {new Instance("a"), new Instance("b")};
    private boolean calm;
    private int incidents;
    private long facts;

    Run(long seed) {
      random = new Random(seed);
      kafka.createTopic(new Link("bank").statusTopic());
    }

    private Fault amongBrokers(String call) {
      if (calm || random.nextInt(20) > 0) {
        return Fault.NONE;
      }
      return random.nextBoolean() ? Fault.REQUEST_LOST : Fault.REQUEST_LATE;
    }

    private Fault onTheWay(String call) {
      if (calm || random.nextInt(15) > 0) {
        return Fault.NONE;
      }
      if (random.nextInt(3) == 0) {
        throw new Kill();
      }
      Fault[] faults = Fault.values();
      return faults[random.nextInt(faults.length)];
    }

    void run() throws InterruptedException {
      for (int round = 0; round < ROUNDS; round++) {
        Instance instance = instances[random.nextInt(instances.length)];
        if (random.nextInt(4) == 0) {
          instance.report(fact());
        }
        instance.step();
        if (random.nextInt(40) == 0) {
          kafka.away(!kafka.isAway());
        }
        time.sleep(Duration.ofMillis(random.nextInt(300)));
      }
      calm = true;
      kafka.away(false);
      for (int round = 0; pending() > 0; round++) {
        if (round > 500) {
          fail("events are still not sent: " + pending());
        }
        for (Instance instance : instances) {
          instance.step();
        }
        time.sleep(Duration.ofMillis(100));
      }
      check();
    }

    private int pending() {
      int pending = 0;
      for (Instance instance : instances) {
        pending += instance.started().pending();
      }
      return pending;
    }

    private Observation fact() {
      facts++;
      return switch (random.nextInt(5)) {
        case 0 -> Observation.inSync(Reason.SECONDARY_DOWN, facts, "over");
        case 1 ->
            Observation.recovering(Reason.SECONDARY_DOWN, facts, "follows again")
                .withRange(null, facts, null);
        default ->
            Observation.diverged(Reason.SECONDARY_DOWN, facts, "no answer")
                .withRange(null, facts, null);
      };
    }

    private void check() {
      Map<String, TreeMap<Integer, StatusEvent>> numbered = new HashMap<>();
      List<StatusEvent> onTopic = new ArrayList<>();
      for (SimulatedRecord record : kafka.log(new Link("bank").statusTopic()).committed()) {
        if (record.value() == null || record.value().length == 0) {
          continue; // a transaction that was given up and hung: readers skip it
        }
        StatusEvent event = decode(record);
        onTopic.add(event);
        StatusEvent before =
            numbered
                .computeIfAbsent(event.getIncident(), incident -> new TreeMap<>())
                .putIfAbsent(event.getSequence(), event);
        assertThat(before == null || before.equals(event))
            .as("number %d twice: %s and %s", event.getSequence(), before, event)
            .isTrue();
      }
      numbered.forEach(
          (incident, events) ->
              assertThat(events.lastKey())
                  .as("numbers of incident %s: %s", incident, events.keySet())
                  .isEqualTo(events.size()));
      assertThat(onTopic).isNotEmpty();
    }

    private static StatusEvent decode(SimulatedRecord record) {
      GeneratedRecords.trust();
      byte[] value = Objects.requireNonNull(record.value());
      try {
        return new SpecificDatumReader<StatusEvent>(StatusEvent.getClassSchema())
            .read(
                null,
                DecoderFactory.get()
                    .binaryDecoder(
                        value,
                        WireFormat.HEADER_BYTES,
                        value.length - WireFormat.HEADER_BYTES,
                        null));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Of the processes with one directory, one after the other. */
    private final class Instance {
      private final String name;
      private final MemoryOutbox outbox = new MemoryOutbox();
      private SteppedLoops loops = new SteppedLoops();
      private @Nullable StatusReporter reporter;

      Instance(String name) {
        this.name = name;
      }

      StatusReporter started() {
        if (reporter == null) {
          loops = new SteppedLoops();
          reporter =
              StatusReporter.start(
                  new StatusReporter.Setting(outbox.open(), loops, () -> "incident " + ++incidents),
                  Observer.CONSUMER,
                  name,
                  new KafkaSettings(
                      new Link("bank"), Map.of(), kafka.clients(time, loops, Run.this::onTheWay)),
                  registry.open(time, Run.this::onTheWay));
        }
        return reporter;
      }

      void report(Observation fact) {
        var unused = started().report(fact);
      }

      void step() throws InterruptedException {
        try {
          var unused = started();
          loops.step();
        } catch (Kill e) {
          reporter = null;
          outbox.release();
        }
      }
    }
  }
}
