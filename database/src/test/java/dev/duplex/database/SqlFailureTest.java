package dev.duplex.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFailureTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"08006", "40001", "40P01", "53300", "53100", "57P01", "57014", "55006", "55P03"})
  void shouldTryAgainWhatCanWorkLater(String state) {
    assertThat(SqlFailure.isTransient(new SQLException("m", state))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"23505", "42P01", "22001", "28P01", "55000", "XX000", "0A000"})
  void shouldNotTryAgainWhatSomebodyMustChange(String state) {
    assertThat(SqlFailure.isTransient(new SQLException("m", state))).isFalse();
  }

  @Test
  void shouldTakeABrokenConnectionWithoutStateForTransient() {
    assertThat(SqlFailure.isTransient(new SQLException("m", new IOException()))).isTrue();
    assertThat(SqlFailure.isTransient(new SQLException("m"))).isFalse();
  }

  @Test
  void shouldTellWhatAnotherSessionHas() {
    assertThat(SqlFailure.isObjectInUse(new SQLException("m", "55006"))).isTrue();
    assertThat(SqlFailure.isObjectInUse(new SQLException("m", "55P03"))).isFalse();
  }

  @Test
  void shouldShowOneLine() {
    assertThat(SqlFailure.line(new SQLException("ERROR: no\n  Detail: a row", "23505")))
        .isEqualTo("ERROR: no (SQLState 23505)");
    assertThat(SqlFailure.line(new SQLException())).isEqualTo("SQLException (SQLState null)");
  }
}
