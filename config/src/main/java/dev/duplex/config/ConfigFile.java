package dev.duplex.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Opens a YAML file as its outermost {@link Section}. */
final class ConfigFile {
  private final Path file;
  private final Problems problems;

  ConfigFile(Path file) {
    this.file = file;
    this.problems = new Problems(file.toString());
  }

  /** Reads the whole file with the given reader, and fails if anything at all is wrong. */
  <T> T read(
      Function<String, @Nullable String> environment, Function<Section, Optional<T>> reader) {
    Node root = parse(text());
    int line = Entry.lineOf(root, 1);
    if (!(root instanceof MappingNode map)) {
      throw problems.fatal(line, "is not a map of keys and values; begin with link: NAME");
    }
    Section section = new Section(problems, new Variables(environment), "", line, map);
    Optional<T> result = reader.apply(section);
    section.reportUnknownKeys();
    problems.throwIfAny();
    return result.orElseThrow();
  }

  private String text() {
    if (!Files.exists(file)) {
      throw problems.fatal(0, "there is no such file; give the path of the configuration file");
    }
    if (Files.isDirectory(file)) {
      throw problems.fatal(0, "is a directory; give the path of the configuration file");
    }
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw problems.fatal(0, "is not UTF-8 text; save it in that encoding");
    } catch (IOException e) {
      throw problems.fatal(
          0, "cannot be read (" + e.getClass().getSimpleName() + "); check its permissions");
    }
  }

  private Node parse(String text) {
    try {
      // The core schema, because there ~ means no value, as users expect.
      return new Compose(LoadSettings.builder().setSchema(new CoreSchema()).build())
          .composeString(text)
          .orElseThrow(() -> problems.fatal(0, "is empty; begin with link: NAME"));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().or(e::getContextMark).map(ConfigFile::lineOf).orElse(0);
      throw problems.fatal(
          line, "is not valid YAML: " + describe(e) + "; check indentation, quotes and brackets");
    } catch (YamlEngineException e) {
      // Its message may hold a part of the file, and with it a password.
      throw problems.fatal(0, "is not valid YAML; remove special characters and save it as text");
    }
  }

  private static String describe(MarkedYamlEngineException e) {
    String problem = e.getProblem();
    if (problem == null || problem.startsWith("found undefined")) {
      // The parser would name what follows the * or !, which may be the beginning of a password.
      problem = "a value that begins with *, & or ! needs quotes";
    }
    Optional<String> context =
        e.getContextMark()
            .map(mark -> " (" + e.getContext() + " that begins in line " + lineOf(mark) + ")");
    return problem + (e.getContext() == null ? "" : context.orElse(""));
  }

  private static int lineOf(Mark mark) {
    return mark.getLine() + 1;
  }
}
