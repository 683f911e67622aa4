package dev.duplex.config;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts environment variables into values: <code>${NAME}</code> and <code>${NAME:default}</code>;
 * <code>$${</code> stands for a literal <code>${</code>.
 */
final class Variables {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)}|\\$\\{");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final Function<String, @Nullable String> environment;

  Variables(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * A value after substitution.
   *
   * @param fromEnvironment whether a variable went into it: such a text is never repeated in a
   *     message, because it may be a secret in the wrong place
   */
  record Resolved(String text, boolean fromEnvironment) {}

  /** The value with all references replaced, or empty if any could not be: see the problems. */
  Optional<Resolved> resolve(String raw, Consumer<String> problems) {
    Matcher matcher = REFERENCE.matcher(raw);
    StringBuilder text = new StringBuilder();
    boolean fromEnvironment = false;
    boolean complete = true;
    while (matcher.find()) {
      String replacement = "${";
      if (!matcher.group().equals("$${")) {
        Optional<String> value = lookUp(matcher.group(1), problems);
        replacement = value.orElse("");
        complete &= value.isPresent();
        fromEnvironment = true;
      }
      matcher.appendReplacement(text, Matcher.quoteReplacement(replacement));
    }
    matcher.appendTail(text);
    return complete
        ? Optional.of(new Resolved(text.toString(), fromEnvironment))
        : Optional.empty();
  }

  private Optional<String> lookUp(@Nullable String reference, Consumer<String> problems) {
    int colon = reference == null ? -1 : reference.indexOf(':');
    String name = reference == null || colon < 0 ? reference : reference.substring(0, colon);
    if (reference == null || name == null || !NAME.matcher(name).matches()) {
      // What stands there is not repeated: it may be a part of a password.
      problems.accept(
          "has a ${ that does not begin ${NAME} or ${NAME:default}; write $${ for a literal ${");
      return Optional.empty();
    }
    String value = environment.apply(name);
    if (value != null) {
      return Optional.of(value);
    }
    if (colon >= 0) {
      return Optional.of(reference.substring(colon + 1));
    }
    problems.accept(
        "the environment variable "
            + name
            + " is not set; set it, or give a default with ${"
            + name
            + ":default}");
    return Optional.empty();
  }
}
