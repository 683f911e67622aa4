package dev.duplex.status.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/** The files of the dashboard, from the class path. Thread-safe. */
final class PageFiles {
  private static final Pattern NAME =
      Pattern.compile("/((?:[A-Za-z0-9_-]+/){0,4}[A-Za-z0-9_-]+\\.([a-z0-9]{2,5}))");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "ico", "image/x-icon",
          "json", "application/json");

  private final String folder;
  private final Map<String, Answer> found = new ConcurrentHashMap<>();

  /**
   * Serves a folder.
   *
   * @param folder absolute, with a slash at both ends
   */
  PageFiles(String folder) {
    this.folder = folder;
  }

  /** The file of a path; null if there is none. */
  @Nullable Answer find(String path) {
    Matcher matcher = NAME.matcher(path.equals("/") ? "/index.html" : path);
    String type = matcher.matches() ? TYPES.get(matcher.group(2)) : null;
    if (type == null) {
      return null;
    }
    String name = matcher.group(1);
    Answer known = found.get(name);
    if (known != null) {
      return known;
    }
    try (InputStream file = PageFiles.class.getResourceAsStream(folder + name)) {
      if (file == null) {
        return null;
      }
      Answer answer = new Answer(HttpStatus.OK_200, type, Answer.NO_CACHE, file.readAllBytes());
      found.put(name, answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + name, e);
    }
  }
}
