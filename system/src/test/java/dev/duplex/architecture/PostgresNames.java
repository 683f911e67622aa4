package dev.duplex.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds names of PostgreSQL's catalog in what a source says in strings; comments may name them. */
final class PostgresNames {
  private static final Pattern TOKENS =
      Pattern.compile(
          "//[^\\n"
              + "]*|/\\*.*?\\*/|\"\"\"(?:\\\\.|[^\\\\])*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n"
              + "])*\"|'(?:\\\\.|[^'\\\\])'",
          Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("\\bpg_\\w*");

  private PostgresNames() {}

  static List<String> in(String source) {
    List<String> names = new ArrayList<>();
    Matcher tokens = TOKENS.matcher(source);
    while (tokens.find()) {
      if (tokens.group().startsWith("\"")) {
        Matcher name = NAME.matcher(tokens.group());
        while (name.find()) {
          names.add(name.group());
        }
      }
    }
    return names;
  }
}
