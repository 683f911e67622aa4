package dev.duplex.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Prints what the services of a test said if it fails, as their directories are gone by then; with
 * {@code -Dduplex.logs=true} always, and all of it.
 */
public final class FailureLogs implements BeforeEachCallback, AfterEachCallback {
  private static final boolean ALWAYS = Boolean.getBoolean("duplex.logs");
  private static final int LENGTH = 8_000;
  private static final List<String> KEPT = new ArrayList<>();

  /** Keeps the end of a log until the test is over. */
  static synchronized void keep(Path log) {
    try {
      String said = Files.readString(log);
      int start = ALWAYS ? 0 : Math.max(0, said.length() - LENGTH);
      KEPT.add("--- " + log.getFileName() + '\n' + said.substring(start));
    } catch (IOException e) {
      KEPT.add("--- " + log + " cannot be read: " + e);
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    takeAll();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<String> kept = takeAll();
    if (ALWAYS || context.getExecutionException().isPresent()) {
      System.out.println(context.getDisplayName() + ": its services said:");
      kept.forEach(System.out::println);
    }
  }

  private static synchronized List<String> takeAll() {
    List<String> kept = List.copyOf(KEPT);
    KEPT.clear();
    return kept;
  }
}
