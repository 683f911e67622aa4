package dev.duplex.schemas.row;

/**
 * Dates and times between PostgreSQL's ISO text and Avro's counts since 1970, for the years 1 to
 * 9999; both directions, so that one test can show that they are inverse.
 */
public final class TextTime {
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private TextTime() {}

  /**
   * Whether the text is {@code YYYY-MM-DD} and nothing else (no BC, no infinity, no fifth digit).
   */
  static boolean isDate(byte[] text, int offset, int length) {
    return length == 10 && text[offset + 4] == '-' && text[offset + 7] == '-';
  }

  /** Whether the text is {@code YYYY-MM-DD HH:MM:SS} with at most six more digits. */
  static boolean isTimestamp(byte[] text, int offset, int length) {
    return length >= 19
        && length <= 26
        && isDate(text, offset, 10)
        && text[offset + 10] == ' '
        && text[offset + 13] == ':'
        && text[offset + length - 1] != 'C'; // 'BC'
  }

  static long epochDay(byte[] text, int offset) {
    int year = number2(text, offset) * 100 + number2(text, offset + 2);
    int month = number2(text, offset + 5);
    int day = number2(text, offset + 8);
    return daysFromCivil(year, month, day);
  }

  static long epochMicros(byte[] text, int offset, int length) {
    return epochDay(text, offset) * MICROS_PER_DAY + timeMicros(text, offset + 11, offset + length);
  }

  /** {@code HH:MM:SS[.ffffff]}; 24:00:00 is allowed, as in PostgreSQL. */
  static long timeMicros(byte[] text, int offset, int end) {
    long seconds =
        number2(text, offset) * 3600L + number2(text, offset + 3) * 60L + number2(text, offset + 6);
    long micros = 0;
    int digits = 0;
    for (int i = offset + 9; i < end; i++, digits++) {
      micros = micros * 10 + (text[i] - '0');
    }
    for (; digits < 6; digits++) {
      micros *= 10;
    }
    return seconds * 1_000_000L + micros;
  }

  /** Appends {@code YYYY-MM-DD}. */
  public static void appendDate(StringBuilder out, long epochDay) {
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    long z = epochDay + 719_468;
    long era = Math.floorDiv(z, 146_097L);
    long dayOfEra = z - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long shifted = (5 * dayOfYear + 2) / 153;
    int day = (int) (dayOfYear - (153 * shifted + 2) / 5 + 1);
    int month = (int) (shifted < 10 ? shifted + 3 : shifted - 9);
    int year = (int) (yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
    append2(out, year / 100);
    append2(out, year % 100);
    append2(out.append('-'), month);
    append2(out.append('-'), day);
  }

  /** Appends {@code HH:MM:SS} and the microseconds if there are any. */
  public static void appendTime(StringBuilder out, long micros) {
    int seconds = (int) (micros / 1_000_000);
    append2(out, seconds / 3600);
    append2(out.append(':'), seconds / 60 % 60);
    append2(out.append(':'), seconds % 60);
    int fraction = (int) (micros % 1_000_000);
    if (fraction != 0) {
      out.append('.');
      append2(out, fraction / 10_000);
      append2(out, fraction / 100 % 100);
      append2(out, fraction % 100);
    }
  }

  /** Appends {@code YYYY-MM-DD HH:MM:SS[.ffffff]}, without a zone. */
  public static void appendTimestamp(StringBuilder out, long epochMicros) {
    appendDate(out, Math.floorDiv(epochMicros, MICROS_PER_DAY));
    appendTime(out.append(' '), Math.floorMod(epochMicros, MICROS_PER_DAY));
  }

  // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  private static long daysFromCivil(int civilYear, int month, int day) {
    long year = month <= 2 ? civilYear - 1 : civilYear;
    long era = Math.floorDiv(year, 400L);
    long yearOfEra = year - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }

  private static int number2(byte[] text, int offset) {
    return (text[offset] - '0') * 10 + (text[offset + 1] - '0');
  }

  private static void append2(StringBuilder out, int value) {
    out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}
