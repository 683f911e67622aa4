package dev.duplex.cli;

import dev.duplex.config.Suggestion;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a line what is wrong with a command line, what was probably meant, and where help is. */
final class WrongUsage {
  private WrongUsage() {}

  static String line(ParameterException e) {
    String help = " (see '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help')";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unknown(unmatched.getUnmatched().get(0), e.getCommandLine()) + help;
    }
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong usage") + help;
  }

  private static String unknown(String argument, CommandLine command) {
    boolean option = argument.startsWith("-");
    List<String> known = option ? options(command) : List.copyOf(command.getSubcommands().keySet());
    String word = option ? argument.replaceFirst("=.*", "") : argument;
    String what = option ? "option" : known.isEmpty() ? "argument" : "command";
    return "unknown %s '%s'%s"
        .formatted(
            what,
            word,
            Suggestion.of(word, known).map(meant -> "; did you mean " + meant + "?").orElse(""));
  }

  private static List<String> options(CommandLine command) {
    List<String> names = new ArrayList<>();
    command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
    return names;
  }
}
