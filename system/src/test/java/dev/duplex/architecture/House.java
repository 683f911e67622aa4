package dev.duplex.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The rules of the house, for the packages below a root: {@code dev.duplex}, or a small house that
 * breaks them all.
 */
final class House {
  /** Each room, and the rooms that it may know. */
  private static final Map<String, List<String>> ROOMS = rooms();

  /** Rooms for tests, demonstrations and measurements: they may name what they set up. */
  private static final List<String> WORKSHOPS = List.of("lab", "bench", "simulation", "example");

  private static final String[] KAFKA = {"org.apache.kafka..", "io.confluent.."};
  private static final String[] JDBC = {"java.sql..", "javax.sql..", "com.zaxxer.hikari.."};
  private static final String DRIVER = "org.postgresql..";

  private final String root;

  House(String root) {
    this.root = root;
  }

  private static Map<String, List<String>> rooms() {
    Map<String, List<String>> rooms = new LinkedHashMap<>();
    rooms.put("schemas", List.of());
    rooms.put("config", List.of());
    rooms.put("lab", List.of());
    rooms.put("kafka", List.of("schemas"));
    rooms.put("database", List.of("schemas", "config"));
    rooms.put("postgres", List.of("schemas", "config", "database"));
    rooms.put("producer", List.of("schemas", "config", "kafka", "database"));
    rooms.put("consumer", List.of("schemas", "config", "kafka", "database"));
    rooms.put("status", List.of("schemas", "config", "kafka"));
    rooms.put(
        "admin",
        List.of("schemas", "config", "kafka", "database", "producer", "consumer", "status"));
    rooms.put(
        "cli",
        List.of(
            "schemas",
            "config",
            "kafka",
            "database",
            "producer",
            "consumer",
            "status",
            "admin",
            "lab"));
    return rooms;
  }

  /** All rules but that of the sources, by the names of the tests. */
  Map<String, ArchRule> rules() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put("driver", onlyPostgresKnowsTheDriver());
    rules.put("schemas", schemasDoesNoInputAndOutput());
    rules.put("databases", databasesDoNotKnowKafka());
    rules.put("kafka", kafkaAndStatusDoNotKnowDatabases());
    rules.put("inner", captureSpoolAndApplyDoNotKnowKafka());
    ROOMS.keySet().forEach(room -> rules.put("room " + room, roomsKnowOnlyThoseBelow(room)));
    rules.put("cycles", packagesHaveNoCycles());
    rules.put("time", timeIsInjected());
    rules.put("threads", constructorsStartNoThread());
    rules.put("streams", onlyCommandsWriteToStandardStreams());
    return rules;
  }

  private ArchRule onlyPostgresKnowsTheDriver() {
    return noClasses()
        .that(not(in("postgres", "lab", "bench")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(DRIVER);
  }

  // The name of the machine is asked of InetAddress; that connects to nothing.
  private ArchRule schemasDoesNoInputAndOutput() {
    return noClasses()
        .that(in("schemas"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    concat(KAFKA, JDBC, "java.nio.file..", "java.nio.channels..", "java.net.."))
                .and(not(nameMatching("java\\.net\\.(InetAddress|UnknownHostException)")))
                .or(nameMatching("java\\.io\\..*(File|Socket).*")));
  }

  private ArchRule databasesDoNotKnowKafka() {
    return noClasses()
        .that(in("database", "postgres"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(KAFKA);
  }

  private ArchRule kafkaAndStatusDoNotKnowDatabases() {
    return noClasses()
        .that(in("kafka", "status"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(concat(JDBC, DRIVER));
  }

  private ArchRule captureSpoolAndApplyDoNotKnowKafka() {
    return noClasses()
        .that(in("producer.capture", "producer.spool", "consumer.apply"))
        .should()
        .dependOnClassesThat(resideInAnyPackage(concat(KAFKA, root + ".kafka..")));
  }

  private ArchRule roomsKnowOnlyThoseBelow(String room) {
    List<String> allowed = new ArrayList<>(ROOMS.get(room));
    allowed.add(room);
    String[] others =
        Stream.concat(ROOMS.keySet().stream(), WORKSHOPS.stream())
            .filter(other -> !allowed.contains(other))
            .map(other -> root + "." + other + "..")
            .distinct()
            .toArray(String[]::new);
    return noClasses().that(in(room)).should().dependOnClassesThat().resideInAnyPackage(others);
  }

  private ArchRule packagesHaveNoCycles() {
    return slices().matching(root + ".(**)").should().beFreeOfCycles();
  }

  private ArchRule timeIsInjected() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .and(not(in("schemas.time", "lab", "bench")))
        .should()
        .accessTargetWhere(
            calls(
                "ask the machine for the time",
                Map.of(
                    System.class.getName(),
                    Set.of("nanoTime", "currentTimeMillis"),
                    Thread.class.getName(),
                    Set.of("sleep"),
                    TimeUnit.class.getName(),
                    Set.of("sleep"),
                    Clock.class.getName(),
                    Set.of("systemUTC", "systemDefaultZone", "system"),
                    "java.time.Instant",
                    Set.of("now"),
                    "java.time.LocalDateTime",
                    Set.of("now"),
                    "java.time.ZonedDateTime",
                    Set.of("now"),
                    "java.time.OffsetDateTime",
                    Set.of("now"))));
  }

  private ArchRule constructorsStartNoThread() {
    return noConstructors()
        .that()
        .areDeclaredInClassesThat(resideInAPackage(root + ".."))
        .should(
            new Calls(
                calls(
                    "start a thread",
                    Map.of(
                        Thread.class.getName(),
                        Set.of("start"),
                        "dev.duplex.schemas.time.Loops",
                        Set.of("start")))));
  }

  private ArchRule onlyCommandsWriteToStandardStreams() {
    return noClasses()
        .that(resideInAPackage(root + ".."))
        .and(not(in("cli", "bench")))
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);
  }

  private DescribedPredicate<JavaClass> in(String... rooms) {
    return resideInAnyPackage(
        Arrays.stream(rooms).map(room -> root + "." + room + "..").toArray(String[]::new));
  }

  private static DescribedPredicate<JavaAccess<?>> calls(
      String what, Map<String, Set<String>> methods) {
    return DescribedPredicate.describe(
        what,
        access -> {
          AccessTarget target = access.getTarget();
          Set<String> names = methods.getOrDefault(target.getOwner().getName(), Set.of());
          return access instanceof JavaCall<?>
              && names.contains(target.getName())
              && !(names.contains("now") && takesClock(target));
        });
  }

  private static boolean takesClock(AccessTarget target) {
    return target instanceof AccessTarget.CodeUnitCallTarget call
        && call.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
  }

  private static String[] concat(String[] first, String[] second, String... more) {
    return Stream.of(first, second, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private static String[] concat(String[] first, String... more) {
    return Stream.of(first, more).flatMap(Arrays::stream).toArray(String[]::new);
  }
}
