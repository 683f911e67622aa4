package dev.duplex.simulation;

import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.Applier;
import dev.duplex.consumer.ApplierParts;
import dev.duplex.database.target.AppliedTotals;
import dev.duplex.database.target.AppliedTransaction;
import dev.duplex.database.target.Checkpoint;
import dev.duplex.kafka.KafkaClients;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.status.StatusLog;
import dev.duplex.kafka.status.StatusReporter;
import dev.duplex.producer.relay.Relay;
import dev.duplex.producer.relay.RelayParts;
import dev.duplex.producer.relay.RelayState;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.LinkStart;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.simulation.Shrinker.Outcome;
import dev.duplex.simulation.kafka.Faults;
import dev.duplex.simulation.kafka.SimulatedKafka;
import dev.duplex.simulation.kafka.SimulatedRegistry;
import dev.duplex.simulation.kafka.StillTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/** One life of a link under one plan. */
final class World {
  private static final Link LINK = new Link("bank");
  private static final Duration LONGEST_RESTART = Duration.ofSeconds(5);
  // Takeover, backoff, a drain, the end of a transaction that Kafka left open: all of it, twice.
  private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(150);
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final SimulatedProcess.Fate NOTHING = (process, call) -> {};

  final Simulator simulator;
  final SimulatedPrimary primary;
  final SimulatedSecondary secondary;
  final SimulatedKafka kafka;
  final Network network;
  final List<Machine> machines = new ArrayList<>();
  private final Plan plan;
  private final Chaos chaos;
  private final History history;
  private final SimulatedRegistry registry = new SimulatedRegistry();
  private final DuplexConfig config = Settings.CONFIG;
  private final List<Seat> seats = new ArrayList<>();
  private @Nullable StatusCheck statusCheck;
  private int instances;
  private int incidents;

  /** Where a relay or an applier runs, again and again. */
  private static final class Seat {
    final String name;
    final Machine machine;
    final boolean relay;
    final MachineOutbox outbox;
    @Nullable SimulatedProcess process;
    @Nullable Relay running;

    Seat(String name, Machine machine, boolean relay, MachineOutbox outbox) {
      this.name = name;
      this.machine = machine;
      this.relay = relay;
      this.outbox = outbox;
    }
  }

  private World(Plan plan, Story story) {
    this.plan = plan;
    this.simulator = new Simulator(plan.seed(), story, plan.plant());
    this.chaos = new Chaos(this, plan, simulator);
    this.network = new Network(simulator);
    this.primary = new SimulatedPrimary(simulator, new Machine(simulator, "primary"));
    this.history = new History(primary);
    this.secondary =
        new SimulatedSecondary(simulator, new Machine(simulator, "secondary"), history);
    SimulatedProcess brokers =
        new SimulatedProcess(simulator, "brokers", new Machine(simulator, "brokers"), NOTHING);
    this.kafka = new SimulatedKafka(brokers.time(), chaos.amongBrokers());
  }

  /** Lives it; what it was like is the outcome. */
  static Outcome run(Plan plan, boolean withStory) {
    Story story = new Story(withStory);
    World world = new World(plan, story);
    Optional<Throwable> failure = Optional.empty();
    try {
      world.live();
    } catch (RuntimeException | Error e) {
      failure = Optional.of(e);
      story.add(world.simulator.nanos(), "FAILED", String.valueOf(e));
    }
    Violation violation = world.simulator.violation();
    return new Outcome(
        plan,
        violation == null ? failure : Optional.of(violation),
        story.text(),
        world.simulator.turns());
  }

  private void live() {
    setUp();
    Workload workload =
        new Workload(
            simulator,
            primary,
            plan.transactions(),
            plan.chaos().dividedBy(Math.max(1, plan.transactions())).multipliedBy(2));
    simulator.add(workload, 0);
    simulator.add(new Checkpoints(), 0);
    seats.forEach(seat -> start(seat, simulator.upTo(Duration.ofSeconds(1))));
    chaos.begin();
    simulator.runUntil(simulator.nanos() + plan.chaos().toNanos());
    simulator.story.add(simulator.nanos(), "chaos", "is over");
    chaos.end();
    long end = simulator.nanos() + RECOVERED_WITHIN.toNanos();
    while (!(workload.isDone() && isWell()) && simulator.nanos() < end) {
      simulator.runUntil(simulator.nanos() + LOOK.toNanos());
    }
    if (!workload.isDone() || !isWell()) {
      throw simulator.violated("not well again: " + describe());
    }
    if (!secondary.tables.equals(primary.tables)) {
      throw simulator.violated(
          "different in the end:\n  " + primary.tables + "\n  " + secondary.tables);
    }
  }

  /** Everything is where it should be, and everybody says so. */
  private boolean isWell() {
    return history.isComplete()
        && primary.claim != null
        && primary.claim.spool() == null
        && statusCheck != null
        && statusCheck.isQuiet()
        && seats.stream()
            .anyMatch(seat -> seat.running != null && seat.running.state() == RelayState.LIVE);
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    text.append("complete ").append(history.isComplete()).append(", claim ").append(primary.claim);
    for (Seat seat : seats) {
      Relay relay = seat.running;
      text.append(", ").append(seat.name).append(' ');
      text.append(relay == null ? "" : relay.status());
    }
    text.append(", open incidents ").append(statusCheck);
    return text.append(", secondary at ").append(secondary.checkpoint).toString();
  }

  private void setUp() {
    List.of(LINK.changesTopic(), LINK.progressTopic(), LINK.statusTopic())
        .forEach(kafka::createTopic);
    primary.setUp();
    Machine operator = new Machine(simulator, "operator");
    SimulatedProcess init = new SimulatedProcess(simulator, "init", operator, NOTHING);
    KafkaClients clients = kafka.clients(init.time(), init, Faults.NONE);
    KafkaSettings settings = new KafkaSettings(LINK, config.kafka().properties().asMap(), clients);
    String topicId = Objects.requireNonNull(kafka.topicId(LINK.changesTopic())).toString();
    LinkStart start =
        new LinkStart(primary.identity, primary.confirmed, topicId, primary.machine.micros());
    SchemaRegistry schemas = registry.open(init.time(), Faults.NONE);
    try (Producer<byte[], byte[]> producer = clients.producer(settings.producer())) {
      ProgressLog log = new ProgressLog(settings, schemas);
      var unused =
          producer.send(
              log.record(start.progress(LINK, Instance.of(1, "operator", "0000")).build()));
      producer.flush();
    }
    // Whoever only looks takes no time.
    SchemaRegistry seen = registry.open(new StillTime(), Faults.NONE);
    boolean repeats = plan.kinds().contains(Trouble.KAFKA_HANGS);
    simulator.check(
        new TopicCheck(
            kafka,
            primary,
            LINK,
            seen,
            new ProgressLog(settings, seen),
            start.position(),
            repeats));
    StatusCheck reader =
        new StatusCheck(
            this, LINK, ProgressLog.ofObserver(settings, seen), new StatusLog(LINK, seen));
    simulator.add(reader, 0);
    statusCheck = reader;
    secondary.checkpoint =
        new Checkpoint(
            0,
            primary.identity,
            topicId,
            0,
            new AppliedTransaction(start.position(), 0, start.micros()),
            null,
            new AppliedTotals(0, 0, 0));
    seats();
  }

  private void seats() {
    boolean together = simulator.oneIn(3); // with one directory of diff files
    Machine first = machine("relay-1");
    MachineOutbox outbox = new MachineOutbox();
    for (int i = 1; i <= plan.relays(); i++) {
      Machine machine = i == 1 || together ? first : machine("relay-" + i);
      seats.add(
          new Seat("relay" + i, machine, true, i == 1 || together ? outbox : new MachineOutbox()));
    }
    for (int i = 1; i <= plan.appliers(); i++) {
      seats.add(new Seat("applier" + i, machine("applier-" + i), false, new MachineOutbox()));
    }
  }

  private Machine machine(String name) {
    Machine machine = new Machine(simulator, name);
    machines.add(machine);
    return machine;
  }

  private void start(Seat seat, long delayNanos) {
    simulator.after(Duration.ofNanos(delayNanos), "start " + seat.name, () -> start(seat));
  }

  private void start(Seat seat) {
    Instance instance =
        Instance.of(++instances, seat.machine.name, String.format("%04x", instances));
    SimulatedProcess process =
        new SimulatedProcess(simulator, instance.name(), seat.machine, chaos);
    seat.process = process;
    seat.running = null;
    simulator.story.add(simulator.nanos(), instance.name(), "starts as " + seat.name);
    Line line = new Line(simulator, process, chaos);
    KafkaClients clients = kafka.clients(process.time(), process, line);
    if (plan.plant() != Plant.NONE) {
      clients = new PlantedKafka(clients, simulator);
    }
    StatusReporter.Setting status =
        new StatusReporter.Setting(
            seat.outbox.of(process), process, () -> String.format("incident-%d", ++incidents));
    if (seat.relay) {
      startRelay(seat, process, instance, clients, line, status);
    } else {
      startApplier(process, instance, clients, line, status);
    }
  }

  private void startRelay(
      Seat seat,
      SimulatedProcess process,
      Instance instance,
      KafkaClients clients,
      Line line,
      StatusReporter.Setting status) {
    Relay relay =
        new Relay(
            config,
            new RelayParts(
                new PrimaryAccess(primary, process, network),
                clients,
                () -> registry.open(process.time(), line),
                status,
                process.time(),
                process,
                instance,
                seat.machine.disk.of(process)));
    seat.running = relay;
    Loops.Running running = process.start("relay", unlessHalted(process, relay));
    relay.wakeBy(running::wake);
  }

  private void startApplier(
      SimulatedProcess process,
      Instance instance,
      KafkaClients clients,
      Line line,
      StatusReporter.Setting status) {
    KafkaSettings settings = new KafkaSettings(LINK, config.kafka().properties().asMap(), clients);
    Applier applier =
        new Applier(
            config,
            new ApplierParts(
                instance,
                new SecondaryAccess(secondary, process, network),
                settings,
                registry.open(process.time(), line),
                status,
                process.time(),
                process));
    process.start("applier", unlessHalted(process, applier));
  }

  /** A halt is right only where chaos has given a reason; an operator looks, and starts again. */
  private Loop unlessHalted(SimulatedProcess process, Loop loop) {
    return () -> {
      try {
        return loop.step();
      } catch (HaltException e) {
        simulator.story.add(
            simulator.nanos(), process.name, "halts: " + e.reason() + ": " + e.getMessage());
        if (!isExpected(e.reason())) {
          throw simulator.violated(process.name + " halts: " + e.reason() + ": " + e.getMessage());
        }
        kill(process);
        return Loop.OVER;
      }
    };
  }

  private boolean isExpected(Reason reason) {
    return reason == Reason.DIFF_FILE_DAMAGED && plan.kinds().contains(Trouble.FSYNC_FAILS);
  }

  private Seat seatOf(SimulatedProcess process) {
    return seats.stream().filter(seat -> seat.process == process).findFirst().orElseThrow();
  }

  /** Ends a process; another one comes in its place some time later. */
  void kill(SimulatedProcess process) {
    if (process.isAlive()) {
      Seat seat = seatOf(process);
      process.kill();
      start(seat, simulator.upTo(LONGEST_RESTART));
    }
  }

  /** A machine loses its power. */
  void crashAMachine() {
    Machine machine = machines.get(simulator.random.nextInt(machines.size()));
    simulator.story.add(simulator.nanos(), machine.name, "loses its power");
    for (Seat seat : seats) {
      SimulatedProcess process = seat.process;
      if (seat.machine == machine && process != null) {
        kill(process);
      }
    }
    machine.disk.crash();
  }

  /** Some process, dead or alive. */
  SimulatedProcess anyProcess() {
    List<SimulatedProcess> started =
        seats.stream().map(seat -> seat.process).filter(Objects::nonNull).toList();
    return started.isEmpty()
        ? new SimulatedProcess(simulator, "nobody", machines.get(0), NOTHING)
        : started.get(simulator.random.nextInt(started.size()));
  }

  void registryAway(boolean away) {
    registry.away(away);
  }

  /** Now and then the primary writes the slot to disk. */
  private final class Checkpoints extends Simulator.Actor {
    Checkpoints() {
      super("checkpoints");
    }

    @Override
    long turn() {
      primary.checkpoint();
      return simulator.upTo(Duration.ofSeconds(10));
    }
  }
}
