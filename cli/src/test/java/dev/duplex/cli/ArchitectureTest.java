package dev.duplex.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The boundaries of modules and packages, checked on the compiled classes of all modules. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.duplex");

  @Test
  void captureSpoolAndApplyShouldNotKnowKafka() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.duplex.producer.capture..",
            "dev.duplex.producer.spool..",
            "dev.duplex.consumer.apply..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "dev.duplex.kafka..")
        .check(CLASSES);
  }

  @Test
  void modulesShouldOnlyKnowThoseBelowThem() {
    only("schemas", List.of());
    only("config", List.of());
    only("lab", List.of());
    only("producer", List.of("schemas", "config"));
    only("consumer", List.of("schemas", "config"));
    only("status", List.of("schemas", "config"));
  }

  @Test
  void packagesShouldHaveNoCycles() {
    slices().matching("dev.duplex.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void onlyTheCommandLineShouldWriteToStandardStreams() {
    noClasses()
        .that()
        .resideInAPackage("dev.duplex..")
        .and()
        .resideOutsideOfPackage("dev.duplex.cli..")
        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
        .check(CLASSES);
  }

  private static void only(String module, List<String> below) {
    List<String> others =
        List.of("schemas", "config", "lab", "producer", "consumer", "status", "cli", "bench")
            .stream()
            .filter(other -> !other.equals(module) && !below.contains(other))
            .toList();
    noClasses()
        .that()
        .resideInAPackage("dev.duplex." + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            others.stream().map(other -> "dev.duplex." + other + "..").toArray(String[]::new))
        .check(CLASSES);
  }
}
