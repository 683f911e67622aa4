package dev.duplex.producer.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Diff files that somebody looks at.
 *
 * @param head null if they are files by themselves, or nothing was ever confirmed
 * @param runs files that follow one another; what is between two runs is not at hand
 * @param unreadable what cannot even be listed
 */
record DiffFileSet(
    @Nullable Head head, List<NavigableMap<Long, DiffFile>> runs, List<Damage> unreadable) {
  // The relay may add and release files while they are listed.
  private static final int MOST_LOOKS = 5;

  /** The files of a link's directory, as far as they are confirmed. */
  static DiffFileSet of(Disk disk, Path directory) throws DamageException {
    for (int look = 1; ; look++) {
      Head head = Head.read(disk, directory);
      try {
        if (head == null) {
          Recovery.checkNoFiles(disk, directory);
          return new DiffFileSet(null, List.of(), List.of());
        }
        NavigableMap<Long, DiffFile> files = Inventory.read(disk, directory, head);
        return new DiffFileSet(head, files.isEmpty() ? List.of() : List.of(files), List.of());
      } catch (DamageException e) {
        if (look == MOST_LOOKS || Objects.equals(head, Head.read(disk, directory))) {
          throw e;
        }
      }
    }
  }

  /** What is left of a link's directory without what is damaged. */
  static DiffFileSet without(DamageException damage, Disk disk, Path directory) {
    List<Path> others = new ArrayList<>();
    try {
      for (Path file : disk.list(directory)) {
        if (DiffFileName.of(file).isPresent() && !file.equals(damage.file())) {
          others.add(file);
        }
      }
    } catch (IOException e) {
      damage.addSuppressed(e);
    }
    DiffFileSet rest = of(disk, others);
    List<Damage> damages = new ArrayList<>(List.of(Damage.of(damage)));
    damages.addAll(rest.unreadable());
    return new DiffFileSet(null, rest.runs(), damages);
  }

  /** Files by themselves: nothing tells where they end. */
  static DiffFileSet of(Disk disk, List<Path> paths) {
    List<DiffFile> files = new ArrayList<>();
    List<Damage> unreadable = new ArrayList<>();
    for (Path path : paths) {
      try {
        FileHeader header = DiffFileReader.header(disk, path);
        files.add(new DiffFile(path, header, disk.length(path), null));
      } catch (DamageException e) {
        unreadable.add(Damage.of(e));
      } catch (IOException e) {
        unreadable.add(Damage.of(new DamageException(path, 0, String.valueOf(e.getMessage()), e)));
      }
    }
    files.sort(
        Comparator.comparing((DiffFile file) -> file.header().spool())
            .thenComparing(file -> file.header().firstPosition())
            .thenComparing(DiffFile::sequence));
    return new DiffFileSet(null, runs(files), unreadable);
  }

  private static List<NavigableMap<Long, DiffFile>> runs(List<DiffFile> files) {
    List<NavigableMap<Long, DiffFile>> runs = new ArrayList<>();
    NavigableMap<Long, DiffFile> run = new TreeMap<>();
    for (DiffFile file : files) {
      Map.Entry<Long, DiffFile> before = run.lastEntry();
      if (before != null && !follows(before.getValue(), file)) {
        runs.add(run);
        run = new TreeMap<>();
      } else if (before != null) {
        run.put(before.getKey(), endingBefore(before.getValue(), file));
      }
      run.put(file.sequence(), file);
    }
    if (!run.isEmpty()) {
      runs.add(run);
    }
    return runs;
  }

  private static boolean follows(DiffFile before, DiffFile file) {
    return file.header().hasPreceding()
        && file.header().spool().equals(before.header().spool())
        && file.header().precedingFile().equals(before.header().name().toString());
  }

  private static DiffFile endingBefore(DiffFile before, DiffFile file) {
    FileHeader header = file.header();
    return DiffFile.confirmed(
        before.path(),
        before.header(),
        header.precedingLength(),
        header.precedingChecksum(),
        header.precedingPosition());
  }

  /** The files of one run, without those that were released since they were listed. */
  static CommittedFiles present(Disk disk, NavigableMap<Long, DiffFile> run) {
    return sequence -> {
      Map.Entry<Long, DiffFile> file = run.ceilingEntry(sequence);
      while (file != null && isReleased(disk, file.getValue())) {
        file = run.higherEntry(file.getKey());
      }
      return file == null ? null : file.getValue();
    };
  }

  private static boolean isReleased(Disk disk, DiffFile file) {
    if (disk.exists(file.path())) {
      return false;
    }
    try {
      Head head = Head.read(disk, Disk.parent(file.path()));
      return head == null || head.first() > file.sequence();
    } catch (DamageException e) {
      return false; // then it is missing
    }
  }
}
