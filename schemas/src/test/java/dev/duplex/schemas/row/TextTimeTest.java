package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Seed;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Checked against java.time, which knows nothing of Hinnant's algorithms. */
class TextTimeTest {
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final LocalDateTime EPOCH = LocalDate.EPOCH.atStartOfDay();
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  @Test
  void shouldConvertEveryDayOfTheYears1To9999() {
    StringBuilder text = new StringBuilder();
    for (long day = FIRST_DAY; day <= LAST_DAY; day++) {
      text.setLength(0);
      TextTime.appendDate(text, day);
      String expected = LocalDate.ofEpochDay(day).toString();
      byte[] bytes = ascii(text);
      // Plain comparisons: there are 3.6 million days.
      if (!expected.contentEquals(text)
          || !TextTime.isDate(bytes, 0, bytes.length)
          || TextTime.epochDay(bytes, 0) != day) {
        assertThat(text.toString()).isEqualTo(expected);
        assertThat(TextTime.epochDay(bytes, 0)).as(expected).isEqualTo(day);
      }
    }
  }

  @Test
  void shouldConvertTimestamps() {
    long seed = Seed.choose("TextTimeTest");
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      LocalDateTime time = randomTime(random);
      String text = postgres(time);
      byte[] bytes = ascii(text);
      long micros = ChronoUnit.MICROS.between(EPOCH, time);

      assertThat(TextTime.isTimestamp(bytes, 0, bytes.length)).as(text).isTrue();
      assertThat(TextTime.epochMicros(bytes, 0, bytes.length))
          .as("%s, seed %d", text, seed)
          .isEqualTo(micros);
      StringBuilder back = new StringBuilder();
      TextTime.appendTimestamp(back, micros);
      assertThat(LocalDateTime.parse(back.toString().replace(' ', 'T')))
          .as("%s, seed %d", back, seed)
          .isEqualTo(time);
    }
  }

  @Test
  void shouldConvertTimesUpTo24Hours() {
    assertThat(micros("00:00:00")).isZero();
    assertThat(micros("00:00:00.000001")).isEqualTo(1);
    assertThat(micros("23:59:59.9")).isEqualTo(MICROS_PER_DAY - 100_000);
    assertThat(micros("24:00:00")).isEqualTo(MICROS_PER_DAY);
    assertThat(time(MICROS_PER_DAY)).isEqualTo("24:00:00");
    assertThat(time(MICROS_PER_DAY - 100_000)).isEqualTo("23:59:59.900000");
    assertThat(time(1)).isEqualTo("00:00:00.000001");
    assertThat(time(0)).isEqualTo("00:00:00");
  }

  @Test
  void shouldRecogniseOnlyWhatItCanConvert() {
    assertThat(isDate("9999-12-31")).isTrue();
    assertThat(isDate("10000-01-01")).isFalse();
    assertThat(isDate("0044-03-15 BC")).isFalse();
    assertThat(isDate("infinity")).isFalse();
    assertThat(isDate("-infinity")).isFalse();
    assertThat(isTimestamp("9999-12-31 23:59:59.999999")).isTrue();
    assertThat(isTimestamp("10000-01-01 00:00:00")).isFalse();
    assertThat(isTimestamp("294276-12-31 23:59:59.999999")).isFalse();
    assertThat(isTimestamp("0044-03-15 00:00:00 BC")).isFalse();
    assertThat(isTimestamp("0044-03-15 00:00:00.1234 BC")).isFalse();
    assertThat(isTimestamp("infinity")).isFalse();
    assertThat(isTimestamp("-infinity")).isFalse();
  }

  @Test
  void shouldCountFrom1970() {
    assertThat(TextTime.epochDay(ascii("1970-01-01"), 0)).isZero();
    assertThat(TextTime.epochMicros(ascii("1969-12-31 23:59:59.999999"), 0, 26)).isEqualTo(-1);
    assertThat(EPOCH.toEpochSecond(ZoneOffset.UTC)).isZero();
  }

  private static LocalDateTime randomTime(Random random) {
    long day = FIRST_DAY + random.nextInt((int) (LAST_DAY - FIRST_DAY + 1));
    long micros = (long) (random.nextDouble() * MICROS_PER_DAY);
    micros -= micros % (long) Math.pow(10, random.nextInt(7)); // often round
    return LocalDate.ofEpochDay(day).atStartOfDay().plus(micros, ChronoUnit.MICROS);
  }

  /** As PostgreSQL writes it: no fraction if it is 0, and no zeros at its end. */
  private static String postgres(LocalDateTime time) {
    int micros = time.get(ChronoField.MICRO_OF_SECOND);
    String fraction = micros == 0 ? "" : String.format(".%06d", micros).replaceAll("0+$", "");
    return time.format(SECONDS) + fraction;
  }

  private static boolean isDate(String text) {
    return TextTime.isDate(ascii(text), 0, text.length());
  }

  private static boolean isTimestamp(String text) {
    return TextTime.isTimestamp(ascii(text), 0, text.length());
  }

  private static long micros(String time) {
    return TextTime.timeMicros(ascii(time), 0, time.length());
  }

  private static String time(long micros) {
    StringBuilder text = new StringBuilder();
    TextTime.appendTime(text, micros);
    return text.toString();
  }

  private static byte[] ascii(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
