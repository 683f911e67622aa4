package dev.duplex.cli.system;

import dev.duplex.lab.Await;
import dev.duplex.lab.ChildProcess;
import dev.duplex.lab.FaultProxy;
import dev.duplex.lab.Lab;
import dev.duplex.lab.Server;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * What can happen to a twin. Each fault is over when its method returns, what follows from it is
 * not. Owned by one thread.
 */
final class Faults {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration DELAY = Duration.ofMillis(50);
  // Longer than takeover-after, and than a relay waits for Kafka before it spools.
  private static final int FREEZE_MILLIS = 5_000;
  private static final int MORE_MILLIS = 3_000;
  private static final int SHORT_MILLIS = 1_000;

  private static final String ONLY = System.getProperty("duplex.only", "");

  /** A fault and its end. */
  record Fault(String name, Event event) {}

  /** What happens. */
  @FunctionalInterface
  interface Event {
    void happen() throws Exception;
  }

  /** Finds the process that is meant, at the time of the fault. */
  @FunctionalInterface
  private interface Found {
    Services.Service find() throws Exception;
  }

  private final Lab lab;
  private final Services services;
  private final Clocks clocks;
  private final Random random;
  private final List<Fault> deck = new ArrayList<>();

  Faults(Lab lab, Services services, Clocks clocks, Random random) {
    this.lab = lab;
    this.services = services;
    this.clocks = clocks;
    this.random = random;
  }

  /** The next one: all of them in random order, then all of them again in another one. */
  Fault next() {
    if (deck.isEmpty()) {
      all().stream().filter(fault -> fault.name().contains(ONLY)).forEach(deck::add);
      Collections.shuffle(deck, random);
    }
    return deck.remove(deck.size() - 1);
  }

  private List<Fault> all() {
    List<Fault> faults = new ArrayList<>();
    service(faults, "producer", services::activeProducer);
    service(faults, "consumer", services::activeConsumer);
    server(faults, "broker", lab.broker());
    server(faults, "registry", lab.registry());
    server(faults, "primary", lab.primary());
    server(faults, "secondary", lab.secondary());
    link(faults, "producer-broker", services.brokerLink());
    link(faults, "producer-primary", services.primaryLink());
    link(faults, "consumer-secondary", services.secondaryLink());
    link(faults, "producer-registry", services.registryLink());
    if (clocks.canJump()) {
      faults.add(new Fault("clock of the primary's side jumps", () -> clocks.jumpFirst(random)));
      faults.add(new Fault("clock of the secondary's side jumps", () -> clocks.jumpSecond(random)));
      faults.add(new Fault("broker away, both clocks jump meanwhile", this::outageAndJump));
    }
    faults.add(new Fault("broker away until changes are spooled", this::longOutage));
    faults.add(new Fault("everything restarts", this::restartEverything));
    return faults;
  }

  private void service(List<Fault> faults, String name, Found found) {
    faults.add(
        new Fault(
            "kill " + name,
            () -> {
              Services.Service service = found.find();
              service.process().kill();
              pause(0, SHORT_MILLIS);
              service.start();
            }));
    faults.add(
        new Fault(
            "freeze " + name,
            () -> {
              ChildProcess process = found.find().process();
              process.freeze();
              pause(FREEZE_MILLIS, MORE_MILLIS);
              process.thaw();
            }));
  }

  private void server(List<Fault> faults, String name, Server server) {
    faults.add(
        new Fault(
            "kill " + name,
            () -> {
              server.kill();
              pause(0, SHORT_MILLIS);
              server.start();
            }));
    faults.add(
        new Fault(
            "freeze " + name,
            () -> {
              server.freeze();
              pause(FREEZE_MILLIS, MORE_MILLIS);
              server.thaw();
            }));
  }

  private void link(List<Fault> faults, String name, FaultProxy proxy) {
    faults.add(
        new Fault(
            "cut " + name,
            () -> {
              proxy.freeze();
              pause(FREEZE_MILLIS, MORE_MILLIS);
              proxy.pass();
            }));
    faults.add(
        new Fault(
            "refuse " + name,
            () -> {
              proxy.refuse();
              proxy.reset();
              pause(FREEZE_MILLIS, MORE_MILLIS);
              proxy.pass();
            }));
    faults.add(
        new Fault(
            "slow " + name,
            () -> {
              proxy.delay(DELAY);
              pause(FREEZE_MILLIS, MORE_MILLIS);
              proxy.pass();
            }));
    faults.add(new Fault("reset " + name, proxy::reset));
  }

  private void longOutage() throws Exception {
    lab.broker().kill();
    await("changes are spooled", services::hasDiffFiles);
    pause(0, MORE_MILLIS);
    lab.broker().start();
  }

  /** Whoever measures its attempts by the time of day would wait for that to come again. */
  private void outageAndJump() throws Exception {
    lab.broker().kill();
    pause(SHORT_MILLIS, MORE_MILLIS);
    clocks.jumpFirst(random);
    clocks.jumpSecond(random);
    await("changes are spooled", services::hasDiffFiles);
    lab.broker().start();
  }

  private void restartEverything() throws Exception {
    List<Event> kills = new ArrayList<>();
    services.all().forEach(service -> kills.add(() -> service.process().kill()));
    List<Server> servers = List.of(lab.primary(), lab.secondary(), lab.broker(), lab.registry());
    servers.forEach(server -> kills.add(server::kill));
    Collections.shuffle(kills, random);
    for (Event kill : kills) {
      kill.happen();
    }
    List<Event> starts = new ArrayList<>();
    services.all().forEach(service -> starts.add(service::start));
    servers.forEach(server -> starts.add(server::start));
    Collections.shuffle(starts, random);
    for (Event start : starts) {
      start.happen();
    }
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    Await.until(what, LIMIT, condition);
  }

  /** Time that passes is the point here: how long a fault lasts, and when it comes. */
  void pause(int atLeastMillis, int moreMillis) throws InterruptedException {
    Thread.sleep(atLeastMillis + random.nextInt(moreMillis));
  }
}
