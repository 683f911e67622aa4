package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Seed;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroNameTest {
  private static final Pattern ESCAPE = Pattern.compile("_x([0-9A-F]{4})_");
  private static final String ALPHABET = "ax_X019AF .\"é\uD83D\uDE00";

  @ParameterizedTest
  @CsvSource({
    "accounts, accounts",
    "Accounts, Accounts",
    "a_b, a_b",
    "_a, _a",
    "__, __",
    "a1, a1",
    "1a, _x0031_a",
    "a.b, a_x002E_b",
    "a b, a_x0020_b",
    "größe, gr_x00F6__x00DF_e",
    "_x, _x005F_x",
    "_x0041_, _x005F_x0041_",
    "😀, _xD83D__xDE00_"
  })
  void shouldKeepWhatAvroAllowsAndEscapeTheRest(String sql, String avro) {
    assertThat(AvroName.of(sql)).isEqualTo(avro);
  }

  @Test
  void shouldMapOneToOne() {
    long seed = Seed.choose("AvroNameTest");
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String sql = name(random);
      String avro = AvroName.of(sql);
      assertThat(avro).as("'%s', seed %d", sql, seed).matches("[A-Za-z_][A-Za-z0-9_]*");
      assertThat(decode(avro)).as("seed %d", seed).isEqualTo(sql);
    }
  }

  private static String name(Random random) {
    StringBuilder name = new StringBuilder();
    for (int length = 1 + random.nextInt(10); length > 0; length--) {
      if (random.nextInt(5) == 0) {
        name.append("_x0041_", 0, 1 + random.nextInt(7)); // names that look like escapes
      } else {
        name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
    }
    return name.toString();
  }

  /** The reverse mapping of SQL/XML, which nothing but this test needs. */
  private static String decode(String avro) {
    return ESCAPE
        .matcher(avro)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
  }
}
