package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperationTest {
  @ParameterizedTest
  @EnumSource(Operation.class)
  void shouldBeFoundByItsCode(Operation operation) {
    assertThat(Operation.of(operation.code())).isEqualTo(operation);
  }

  @Test
  void shouldRefuseOtherCodes() {
    assertThatThrownBy(() -> Operation.of('m')).isInstanceOf(IllegalArgumentException.class);
  }
}
