package dev.duplex.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the text of one value into what it means. Each method throws {@link
 * IllegalArgumentException} with a message that continues a sentence ("is not a ...; write ...")
 * and leaves the value out: the caller knows whether it may be shown.
 */
final class Scalars {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,18})(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("([0-9]{1,18})(|KB|MB|GB|TB)");

  private Scalars() {}

  static String text(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty; give a value or remove the key");
    }
    return text;
  }

  static boolean bool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is neither true nor false; write one of them");
    };
  }

  static int integer(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is not a whole number; write one such as 3", e);
    }
  }

  static long longInteger(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("is not a whole number; write one such as 10000", e);
    }
  }

  static Path path(String text) {
    try {
      return Path.of(text(text));
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("is not a path of a directory; correct it", e);
    }
  }

  /** At most what fits into nanoseconds (292 years), so that no wait overflows later. */
  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "is not a duration; write a whole number and its unit, such as 500ms, 5s, 10m, 2h or 7d");
    }
    long amount = Long.parseLong(matcher.group(1));
    try {
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
      return Duration.ofNanos(duration.toNanos());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("is too long; write at most 100000d", e);
    }
  }

  /** A number of bytes; the units are multiples of 1024. */
  static long bytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "is not a size; write a whole number of bytes or one with its unit,"
              + " such as 512, 64KB, 64MB or 10GB");
    }
    long unit =
        switch (matcher.group(2)) {
          case "KB" -> 1L << 10;
          case "MB" -> 1L << 20;
          case "GB" -> 1L << 30;
          case "TB" -> 1L << 40;
          default -> 1L;
        };
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("is too large; write at most 1000000TB", e);
    }
  }

  /** A constant of the enum in the spelling of the file: {@code FULL_ROW} is {@code full-row}. */
  static <E extends Enum<E>> E oneOf(Class<E> type, String text) {
    E[] constants = type.getEnumConstants();
    return Arrays.stream(constants)
        .filter(constant -> spelling(constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "is not known here; write "
                        + String.join(
                            " or ", Arrays.stream(constants).map(Scalars::spelling).toList())));
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
