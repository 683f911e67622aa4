package dev.duplex.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each rule of the house fails where it is broken: {@code broken} is a house that breaks all. */
final class HouseRulesTest {
  private static final String BROKEN = "dev.duplex.architecture.broken";

  @TestFactory
  Stream<DynamicTest> shouldFailWhereTheyAreBroken() {
    JavaClasses classes = new ClassFileImporter().importPackages(BROKEN);
    return new House(BROKEN)
        .rules().entrySet().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(
                        rule.getKey(),
                        () ->
                            assertThat(rule.getValue().evaluate(classes).hasViolation()).isTrue()));
  }

  @Test
  void shouldFindNamesOfPostgresInStringsOnly() {
    assertThat(
            PostgresNames.in(
                """
                /* pg_a */ // "pg_b"
                String one = "SELECT pg_c \\"pg_d\\" ";
                char quote = '"';
                String two = \"""
                    FROM pg_e
                    \""";
                int pg_f = 1;
                """))
        .containsExactly("pg_c", "pg_d", "pg_e");
  }
}
