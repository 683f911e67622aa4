package dev.duplex.producer.spool;

import dev.duplex.schemas.failure.HaltException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at diff files without taking them from the relay: nothing is locked or changed. What is
 * seen is what was confirmed when they were opened.
 *
 * <p>Owned by one thread.
 */
public final class DiffFiles {
  /**
   * What a check found.
   *
   * @param transactions that are whole
   * @param changes that can be read
   * @param damages in order; empty if all is well
   */
  public record Verification(long transactions, long changes, List<Damage> damages) {
    public Verification {
      damages = List.copyOf(damages);
    }
  }

  private final Disk disk;
  private final DiffFileSet set;

  private DiffFiles(Disk disk, DiffFileSet set) {
    this.disk = disk;
    this.set = set;
  }

  /** The confirmed files of a link's directory; none if it does not exist. */
  public static DiffFiles in(Path directory) {
    Disk disk = Disk.local();
    if (!disk.isDirectory(directory)) {
      return new DiffFiles(disk, new DiffFileSet(null, List.of(), List.of()));
    }
    try {
      return new DiffFiles(disk, DiffFileSet.of(disk, directory));
    } catch (DamageException e) {
      return new DiffFiles(disk, DiffFileSet.without(e, disk, directory));
    }
  }

  /** Files by themselves, wherever they are. They are whole, as nothing tells where they end. */
  public static DiffFiles of(List<Path> files) {
    Disk disk = Disk.local();
    return new DiffFiles(disk, DiffFileSet.of(disk, files));
  }

  /**
   * The last confirmed transaction; null for files by themselves and where there is none.
   *
   * @throws HaltException as {@link #list}
   */
  public @Nullable SpoolEnd end() {
    checkReadable();
    Head.End end = set.head() == null ? null : set.head().end();
    return end == null ? null : end.transaction();
  }

  /**
   * What is confirmed and not released; all 0 for files by themselves.
   *
   * @throws HaltException as {@link #list}
   */
  public SpoolTotals totals() {
    checkReadable();
    return set.head() == null || set.runs().isEmpty()
        ? SpoolTotals.NONE
        : SpoolCounter.of(set.runs().get(0), set.head(), ReadCount.NONE);
  }

  /**
   * Every file.
   *
   * @throws HaltException (DIFF_FILE_DAMAGED) if the head, a file or a header is missing or damaged
   */
  public List<DiffFileSummary> list() {
    checkReadable();
    List<DiffFileSummary> list = new ArrayList<>();
    for (NavigableMap<Long, DiffFile> run : set.runs()) {
      for (Map.Entry<Long, DiffFile> file : run.entrySet()) {
        Map.Entry<Long, DiffFile> next = run.higherEntry(file.getKey());
        list.add(summary(file.getValue(), next == null ? null : next.getValue()));
      }
    }
    return list;
  }

  private DiffFileSummary summary(DiffFile file, @Nullable DiffFile next) {
    FileHeader header = file.header();
    Head.End end = set.head() == null ? null : set.head().end();
    Long transactions = null;
    Long changes = null;
    if (next != null) {
      transactions = next.header().transactionsBefore() - header.transactionsBefore();
      changes = next.header().changesBefore() - header.changesBefore();
    } else if (end != null) {
      transactions = end.transactions() - header.transactionsBefore();
      changes = end.changes() - header.changesBefore();
    }
    return new DiffFileSummary(
        file.path(),
        file.length(),
        header.link(),
        header.identity(),
        header.firstPosition(),
        header.previousPosition(),
        file.end() == null ? null : file.lastPosition(),
        transactions,
        changes,
        header.firstCommitMicros(),
        tables(header));
  }

  private static List<String> tables(FileHeader header) {
    List<String> tables = new ArrayList<>();
    KnownSchemas schemas = new KnownSchemas();
    schemas.branches(header).forEach(known -> tables.add(known.schema().table().toString()));
    return tables;
  }

  /**
   * Gives out every change, in order.
   *
   * @param changes gets each one, which is valid during the call
   * @throws HaltException (DIFF_FILE_DAMAGED) at the first one that cannot be read
   */
  public void read(Consumer<SpooledChange> changes) {
    checkReadable();
    for (NavigableMap<Long, DiffFile> run : set.runs()) {
      try (SpoolReader reader = new SpoolReader(disk, DiffFileSet.present(disk, run))) {
        for (SpooledChange next = reader.next(); next != null; next = reader.next()) {
          changes.accept(next);
        }
      }
    }
  }

  /**
   * Readers to take changes from one after another: one for the files that follow one another, in
   * the order of their first positions. Nothing is opened before it is read.
   *
   * @param applied files that have nothing behind this position may be left out
   * @throws HaltException as {@link #list}
   */
  public List<SpoolReader> readers(long applied) {
    checkReadable();
    List<SpoolReader> readers = new ArrayList<>();
    set.runs().stream()
        .sorted(Comparator.comparing(run -> run.firstEntry().getValue().header().firstPosition()))
        .map(run -> behind(run, applied))
        .forEach(run -> readers.add(new SpoolReader(disk, DiffFileSet.present(disk, run))));
    return readers;
  }

  /** Without the files before the last one that begins at or before a position. */
  private static NavigableMap<Long, DiffFile> behind(
      NavigableMap<Long, DiffFile> run, long applied) {
    long first = run.firstKey();
    for (DiffFile file : run.values()) {
      // A file that begins amid a transaction is no place to begin with.
      if (file.header().firstPosition() <= applied && file.header().firstOrder() == 1) {
        first = file.sequence();
      }
    }
    return run.tailMap(first, true);
  }

  /** Reads and checks everything, behind a damage too. */
  public Verification verify() {
    List<Damage> damages = new ArrayList<>(set.unreadable());
    long transactions = 0;
    long changes = 0;
    for (NavigableMap<Long, DiffFile> run : set.runs()) {
      try (SpoolReader reader = new SpoolReader(disk, DiffFileSet.present(disk, run))) {
        while (true) {
          try {
            SpooledChange next = reader.read();
            if (next == null) {
              break;
            }
            changes++;
            transactions += next.change().count() > 0 ? 1 : 0;
          } catch (DamageException e) {
            damages.add(reader.skip(e));
          }
        }
      }
    }
    return new Verification(transactions, changes, damages);
  }

  private void checkReadable() {
    if (!set.unreadable().isEmpty()) {
      throw set.unreadable().get(0).halt();
    }
  }
}
