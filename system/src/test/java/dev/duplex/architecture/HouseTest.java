package dev.duplex.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The boundaries of modules and packages (DESIGN §9). */
final class HouseTest {
  private static final Set<String> WHERE_POSTGRES_IS_NAMED = Set.of("postgres", "lab", "bench");

  @TestFactory
  Stream<DynamicTest> shouldKeepTheRules() {
    JavaClasses classes = Sources.classes();
    return new House("dev.duplex")
        .rules().entrySet().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(classes)));
  }

  @Test
  void onlyPostgresShouldNameWhatIsInItsCatalog() {
    List<String> found = new ArrayList<>();
    for (Path module : Sources.modules()) {
      if (WHERE_POSTGRES_IS_NAMED.contains(module.getName(0).toString())) {
        continue;
      }
      for (Path file : Sources.main(module)) {
        PostgresNames.in(Sources.read(file))
            .forEach(name -> found.add(file.getFileName() + ": " + name));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void eachPackageShouldSayWhatLivesThere() {
    List<String> silent =
        Sources.modules().stream()
            .flatMap(module -> Sources.main(module).stream())
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !folder.resolve("package-info.java").toFile().exists())
            .map(folder -> Sources.root().relativize(folder).toString())
            .toList();
    assertThat(silent).isEmpty();
  }
}
