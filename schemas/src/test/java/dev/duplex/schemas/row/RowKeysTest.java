package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RowKeysTest {
  private final EnvelopeEncoder encoder = Accounts.encoder(Accounts.table(true));

  @Test
  void shouldShowKeysAsPeopleReadThem() {
    byte[] key = encoder.key(Tuples.of("42", "Ada", "-12.50", "2026-01-31"));

    assertThat(encoder.describeKey(key))
        .isEqualTo(
            "{\"id\": 42, \"owner_x0020_name\": \"Ada\", \"balance\": -12.50,"
                + " \"since\": \"2026-01-31\"}");
  }

  @Test
  void shouldShortenLongKeys() {
    byte[] key = encoder.key(Tuples.of("42", "😀".repeat(1_000), "NaN", "infinity"));

    assertThat(encoder.describeKey(key)).hasSizeBetween(200, 202).endsWith("😀…");
  }

  @Test
  void shouldSayThatThereIsNone() {
    assertThat(encoder.describeKey(null)).isEqualTo("(none)");
  }

  @Test
  void shouldNotFailOnBytesThatAreNoKey() {
    byte[] key = Objects.requireNonNull(encoder.key(Tuples.of("42", "Ada", "1.00", null)));

    assertThat(RowKeys.describe(encoder.schema().key(), Arrays.copyOf(key, 7)))
        .startsWith("(unreadable");
  }
}
