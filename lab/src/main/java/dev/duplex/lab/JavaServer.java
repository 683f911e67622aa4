package dev.duplex.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A server that is a Java program: it starts sooner once its classes are recorded. */
abstract class JavaServer extends ChildServer {
  private final ClassArchive classes;
  private List<String> recording = List.of();

  JavaServer(String name, Path directory) {
    super(name, directory);
    classes = ClassArchive.of(name);
  }

  /** What Java is told of the recorded classes, by whatever uses the server's class path. */
  final List<String> classOptions() {
    return recording.isEmpty() ? classes.options() : recording;
  }

  /**
   * Starts and ends it once to record its classes, unless that is done: worth its while for whoever
   * starts it often.
   */
  final void recordClasses() throws IOException, InterruptedException {
    recording = classes.record();
    if (recording.isEmpty()) {
      return;
    }
    try {
      start();
      stop();
    } finally {
      recording = List.of();
      classes.recorded();
    }
  }
}
