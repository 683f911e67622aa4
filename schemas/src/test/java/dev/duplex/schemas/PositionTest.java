package dev.duplex.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0/0",
    "1, 0/1",
    "742656736, 0/2C440AE0",
    "4294967295, 0/FFFFFFFF",
    "4294967296, 1/0",
    "9223372036854775807, 7FFFFFFF/FFFFFFFF",
    "-1, FFFFFFFF/FFFFFFFF"
  })
  void shouldShowPositionsAsPostgresShowsThem(long position, String text) {
    assertThat(Position.format(position)).isEqualTo(text);
    assertThat(Position.parse(text)).isEqualTo(position);
  }

  @Test
  void shouldReadBackEveryPositionItShows() {
    long seed = Seed.choose("PositionTest");
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      long position = random.nextLong() >>> random.nextInt(64);
      assertThat(Position.parse(Position.format(position))).as("seed %d", seed).isEqualTo(position);
    }
  }

  @Test
  void shouldReadLowerCaseAndLeadingZeros() {
    assertThat(Position.parse("0/2c440ae0")).isEqualTo(742656736);
    assertThat(Position.parse("0/00000001")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "0",
        "0/",
        "/0",
        "0/G",
        "0/123456789",
        "123456789/0",
        "0/-1",
        "-1/0",
        "+1/0",
        "0/+1",
        " 0/1",
        "0/1 ",
        "0//1",
        "0/1/2",
        "٣/1"
      })
  void shouldRefuseWhatIsNoPosition(String text) {
    assertThatThrownBy(() -> Position.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no position");
  }
}
