package dev.duplex.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The repository that these tests stand in. */
final class Sources {
  private static final int DEEPEST_MODULE = 2;
  private static final String MAIN = "src/main/java";
  private static final PathMatcher JAVA = FileSystems.getDefault().getPathMatcher("glob:**.java");

  private Sources() {}

  /** The repository's root. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("duplex"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("run the tests within the repository");
      }
    }
    return folder;
  }

  /** The folders of all modules that have main code, from the root. */
  static List<Path> modules() {
    try (Stream<Path> folders = Files.walk(root(), DEEPEST_MODULE)) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve(MAIN)))
          .map(root()::relativize)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a module's main code. */
  static List<Path> main(Path module) {
    try (Stream<Path> files = Files.walk(root().resolve(module).resolve(MAIN))) {
      return files.filter(JAVA::matches).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The compiled main code of all modules; what is generated is left out. */
  static JavaClasses classes() {
    Set<String> names =
        modules().stream()
            .flatMap(
                module ->
                    main(module).stream()
                        .map(root().resolve(module).resolve(MAIN)::relativize)
                        .map(Path::toString))
            .map(file -> file.substring(0, file.length() - ".java".length()))
            .collect(Collectors.toSet());
    return new ClassFileImporter()
        .withImportOption(
            location -> {
              String file = location.asURI().toString();
              String name = file.substring(file.lastIndexOf("/dev/duplex/") + 1);
              return names.contains(name.replaceFirst("(\\$.*)?\\.class$", ""));
            })
        .importPackages("dev.duplex");
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
