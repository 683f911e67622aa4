package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Seed;
import dev.duplex.schemas.table.SqlType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts as PostgreSQL writes them, through the encoder, read by Avro's generic reader. */
class TextToAvroTest {
  @ParameterizedTest
  @CsvSource({
    "boolean, t, true",
    "boolean, f, false",
    "smallint, -32768, -32768",
    "smallint, 32767, 32767",
    "integer, -2147483648, -2147483648",
    "integer, 2147483647, 2147483647",
    "integer, 0, 0",
    "bigint, -9223372036854775808, -9223372036854775808",
    "bigint, 9223372036854775807, 9223372036854775807",
    "oid, 4294967295, 4294967295",
    "real, -0, -0.0",
    "real, NaN, NaN",
    "real, Infinity, Infinity",
    "real, -Infinity, -Infinity",
    "real, 1e-45, 1.4E-45",
    "real, 3.4028235e+38, 3.4028235E38",
    "double precision, -0, -0.0",
    "double precision, NaN, NaN",
    "double precision, -Infinity, -Infinity",
    "double precision, 5e-324, 4.9E-324",
    "double precision, 1.7976931348623157e+308, 1.7976931348623157E308",
    "double precision, 0.1, 0.1",
    "time without time zone, 24:00:00, 24:00:00",
    "time without time zone, 00:00:00.000001, 00:00:00.000001",
    "date, 0001-01-01, 0001-01-01",
    "date, 9999-12-31, 9999-12-31",
    "timestamp without time zone, 0001-01-01 00:00:00, 0001-01-01 00:00:00",
    "timestamp with time zone, 9999-12-31 23:59:59.999999+00, 9999-12-31 23:59:59.999999+00",
    "uuid, a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11, a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
  })
  void shouldCarryTyped(String type, String text, String expected) throws IOException {
    OneColumn column = new OneColumn(SqlType.of(type));

    assertThat(column.escapes(text)).isFalse();
    assertThat(column.roundTrip(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "date, infinity",
    "date, -infinity",
    "date, 0044-03-15 BC",
    "date, 10000-01-01",
    "date, 5874897-12-31",
    "timestamp without time zone, infinity",
    "timestamp without time zone, -infinity",
    "timestamp without time zone, 0044-03-15 12:00:00 BC",
    "timestamp without time zone, 4713-11-24 00:00:00 BC",
    "timestamp without time zone, 10000-01-01 00:00:00",
    "timestamp without time zone, 294276-12-31 23:59:59.999999",
    "timestamp with time zone, infinity",
    "timestamp with time zone, -infinity",
    "timestamp with time zone, 0001-12-31 12:00:00+00 BC",
    "timestamp with time zone, 10000-01-01 00:00:00+00",
    "timestamp with time zone, 2020-01-01 00:00:00+01"
  })
  void shouldCarryAsTextWhatTheTypedFormCannotHold(String type, String text) throws IOException {
    OneColumn column = new OneColumn(SqlType.of(type));

    assertThat(column.escapes(text)).isTrue();
    assertThat(column.roundTrip(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "1e5",
        "12",
        "1.2",
        "1.234",
        ".12",
        "-.12",
        "-0.00",
        "00.10",
        "-",
        ""
      })
  void shouldCarryAsTextWhatADecimalWouldNotGiveBack(String text) throws IOException {
    OneColumn column = OneColumn.numeric(10, 2);

    assertThat(column.escapes(text)).isTrue();
    assertThat(column.roundTrip(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0",
    "1, 0, -9",
    "3, 3, 0.999",
    "3, 3, -0.001",
    "10, 2, 0.00",
    "10, 2, -0.01",
    "18, 0, 999999999999999999",
    "18, 0, -999999999999999999",
    "19, 0, 9223372036854775807",
    "19, 0, -9223372036854775808",
    "19, 0, 9999999999999999999",
    "20, 2, -999999999999999999.99",
    "5, 0, 127",
    "5, 0, 128",
    "5, 0, -128",
    "5, 0, -129"
  })
  void shouldCarryDecimals(int precision, int scale, String text) throws IOException {
    OneColumn column = OneColumn.numeric(precision, scale);

    assertThat(column.escapes(text)).isFalse();
    assertThat(column.roundTrip(text)).isEqualTo(text);
    byte[] expected = new BigDecimal(text).unscaledValue().toByteArray();
    assertThat(column.value(text)).isEqualTo(ByteBuffer.wrap(expected)); // and not a byte more
  }

  @Test
  void shouldCarryRandomDecimals() throws IOException {
    long seed = Seed.choose("TextToAvroTest decimals");
    Random random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      int precision = 1 + random.nextInt(i % 10 == 0 ? 1_000 : 40);
      int scale = random.nextInt(precision + 1);
      BigInteger unscaled = new BigInteger(random.nextInt(precision * 3) + 1, random);
      unscaled = unscaled.mod(BigInteger.TEN.pow(precision));
      BigDecimal number =
          new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
      OneColumn column = OneColumn.numeric(precision, scale);

      assertThat(column.escapes(number.toPlainString())).isFalse();
      assertThat(column.roundTrip(number.toPlainString()))
          .as("numeric(%d,%d), seed %d", precision, scale, seed)
          .isEqualTo(number.toPlainString());
    }
  }

  @Test
  void shouldCarryRandomFloats() throws IOException {
    long seed = Seed.choose("TextToAvroTest floats");
    Random random = new Random(seed);
    OneColumn real = new OneColumn(SqlType.of("real"));
    OneColumn doublePrecision = new OneColumn(SqlType.of("double precision"));
    for (int i = 0; i < 5_000; i++) {
      float narrow = Float.intBitsToFloat(random.nextInt());
      double wide = Double.longBitsToDouble(random.nextLong());

      assertThat(real.value(Float.toString(narrow))).as("seed %d", seed).isEqualTo(narrow);
      assertThat(doublePrecision.value(Double.toString(wide))).as("seed %d", seed).isEqualTo(wide);
    }
  }

  @Test
  void shouldCarryRandomIntegers() throws IOException {
    long seed = Seed.choose("TextToAvroTest integers");
    Random random = new Random(seed);
    OneColumn bigint = new OneColumn(SqlType.of("bigint"));
    OneColumn integer = new OneColumn(SqlType.of("integer"));
    for (int i = 0; i < 5_000; i++) {
      long wide = random.nextLong() >> random.nextInt(64);
      int narrow = (int) wide;

      assertThat(bigint.value(Long.toString(wide))).as("seed %d", seed).isEqualTo(wide);
      assertThat(integer.value(Integer.toString(narrow))).as("seed %d", seed).isEqualTo(narrow);
    }
  }

  @Test
  void shouldCarryBytes() throws IOException {
    long seed = Seed.choose("TextToAvroTest bytes");
    Random random = new Random(seed);
    OneColumn bytea = new OneColumn(SqlType.of("bytea"));
    for (int length : new int[] {0, 1, 63, 64, 8191, 8192, 3_000_000}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);

      assertThat(bytea.value("\\x" + HexFormat.of().formatHex(bytes)))
          .as("%d bytes, seed %d", length, seed)
          .isEqualTo(ByteBuffer.wrap(bytes));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "\\N", "é", "€", "😀", "a\tb\nc\\d\"e'", "\u0001\uFFFF"})
  void shouldCarryAnyText(String text) throws IOException {
    assertThat(new OneColumn(SqlType.of("text")).roundTrip(text)).isEqualTo(text);
    assertThat(new OneColumn(SqlType.of("public.mood")).roundTrip(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "integer", "date", "bytea", "timestamp with time zone"})
  void shouldCarryNull(String type) throws IOException {
    assertThat(new OneColumn(SqlType.of(type)).value(null)).isNull();
  }
}
