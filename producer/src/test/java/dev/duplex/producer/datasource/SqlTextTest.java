package dev.duplex.producer.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "  SELECT 1",
        "(select 1)",
        "/* a */ -- b\n\tWITH x AS (SELECT 1) SELECT",
        "/* /* nested */ */values (1)",
        ";TABLE t",
        "show all"
      })
  void shouldKnowQueries(String sql) {
    assertThat(SqlText.of(sql).reads()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-- select",
        "/* select",
        "insert into t select 1",
        "selects",
        "{call f()}",
        "1",
        "'select'"
      })
  void shouldTakeNothingElseForAQuery(String sql) {
    assertThat(SqlText.of(sql).reads()).isFalse();
  }

  @Test
  void shouldKnowWhatCommitsNothing() {
    assertThat(SqlText.of("Rollback to savepoint a").rollsBack()).isTrue();
    assertThat(SqlText.of("commit").rollsBack()).isFalse();
    assertThat(SqlText.UNKNOWN.rollsBack()).isFalse();
  }
}
