package dev.duplex.config;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names tables by schema and table, where {@code *} stands for any characters, also none. Names are
 * compared as the database's catalogue has them, case included.
 *
 * @param schema the schema's name or pattern
 * @param table the table's name or pattern
 */
public record TablePattern(String schema, String table) {
  private static final Pattern FORMAT = Pattern.compile("[^.]+\\.[^.]+");

  /**
   * Reads {@code schema.table}.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  public static TablePattern parse(String text) {
    if (!FORMAT.matcher(text).matches() || !text.strip().equals(text)) {
      throw new IllegalArgumentException(
          "is not schema.table; write it like public.account or public.*");
    }
    int dot = text.indexOf('.');
    return new TablePattern(text.substring(0, dot), text.substring(dot + 1));
  }

  /** Whether the table is one of those named. */
  public boolean matches(String schemaName, String tableName) {
    return matchesPart(schema, schemaName) && matchesPart(table, tableName);
  }

  private static boolean matchesPart(String pattern, String name) {
    String regex =
        Arrays.stream(pattern.split("\\*", -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile(regex, Pattern.DOTALL).matcher(name).matches();
  }

  /** As it is written in the file. */
  @Override
  public String toString() {
    return schema + "." + table;
  }
}
