package dev.duplex.lab;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The classes of a Java program as its JVM wants them in memory (AppCDS), which saves a good part
 * of the time that a start takes. One run of the program records them and must end in order; later
 * ones use the file. Whoever finds none, or one that does not fit, starts as without.
 *
 * <p>A class path of jars only is needed, and has to be the same each time. Thread-safe; of several
 * JVMs one records.
 */
public final class ClassArchive {
  // Whatever is wrong with an archive is no concern of the program, whose output others read.
  private static final String QUIET = "-Xlog:cds*=off";

  private final Path file;
  private final Path unfinished;
  private @Nullable FileChannel recording;

  private ClassArchive(Path file) {
    this.file = file;
    unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
  }

  /** That of a program, for the Java that runs this. It goes with the build's other results. */
  public static ClassArchive of(String program) {
    String java = System.getProperty("java.vm.version", "").replaceAll("[^A-Za-z0-9.]", "-");
    return new ClassArchive(
        Path.of(Parts.built("module"), "target", "class-archives", program + "-" + java + ".jsa"));
  }

  /** What Java has to be told for the archive to be used; nothing if there is none. */
  public List<String> options() {
    return Files.isReadable(file) ? List.of(QUIET, "-XX:SharedArchiveFile=" + file) : List.of();
  }

  /**
   * What Java has to be told for this run to be recorded; nothing if that is done or being done.
   * Whoever gets something says with {@link #recorded} when the program has ended.
   */
  public synchronized List<String> record() {
    if (recording != null || Files.exists(file)) {
      return List.of();
    }
    try {
      Files.createDirectories(file.resolveSibling("."));
      recording = lock();
      if (recording == null) {
        return List.of();
      }
      Files.deleteIfExists(unfinished);
      return List.of(QUIET, "-XX:ArchiveClassesAtExit=" + unfinished);
    } catch (IOException e) {
      return List.of(); // a directory that is not ours to write to: a slower start is no fault
    }
  }

  /** Null if another JVM has it. */
  private @Nullable FileChannel lock() throws IOException {
    FileChannel channel =
        FileChannel.open(
            file.resolveSibling(file.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null && !Files.exists(file)) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Somebody else in this JVM records it.
    }
    channel.close();
    return null;
  }

  /** Takes what a run that has ended has left; one that was killed leaves nothing. */
  public synchronized void recorded() throws IOException {
    if (recording == null) {
      return;
    }
    try (FileChannel lock = recording) {
      recording = null;
      if (Files.exists(unfinished)) {
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
