package dev.duplex.simulation;

import dev.duplex.producer.spool.Disk;
import dev.duplex.producer.spool.DiskFailure;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A machine's disk. What is written is durable after fsync of the file, that it has a name after
 * fsync of the directory, and neither before (fsync(2), rename(2)); after a crash of the machine
 * each file that was not synced may end anywhere behind what was, and each name that was not synced
 * may be the old one or the new. A failing fsync fails once and forgets: the next one succeeds, and
 * nothing of what was lost comes back (PostgreSQL's "fsyncgate").
 *
 * <p>A process that dies takes nothing with it but its locks.
 */
final class SimulatedDisk {
  /** A file's content. */
  private static final class Inode {
    private byte[] bytes = new byte[256];
    private int length;
    private byte[] durable = new byte[0];
    private int touched; // everything before is as it was when it was synced
    private boolean lost; // a sync has failed

    void write(int at, byte[] from, int offset, int count) {
      int end = at + count;
      if (end > bytes.length) {
        bytes = java.util.Arrays.copyOf(bytes, Math.max(end, bytes.length * 2));
      }
      System.arraycopy(from, offset, bytes, at, count);
      length = Math.max(length, end);
      touched = Math.min(touched, at);
    }

    void sync() {
      durable = java.util.Arrays.copyOf(bytes, length);
      touched = length;
    }
  }

  /** What was done to names since the directories were synced. */
  private record Change(Path path, @Nullable Inode before, @Nullable Inode after) {}

  private final Simulator simulator;
  private final TreeMap<Path, Inode> names = new TreeMap<>();
  private final List<Change> unsynced = new ArrayList<>();
  private final TreeSet<Path> directories = new TreeSet<>();
  private final Map<Path, SimulatedProcess> locks = new HashMap<>();
  private long capacity = 64 << 20;
  private long used;
  private boolean nextSyncFails;

  SimulatedDisk(Simulator simulator) {
    this.simulator = simulator;
  }

  /** The disk as a process sees it. */
  Disk of(SimulatedProcess process) {
    return new View(process);
  }

  /** How much all files may take together. */
  void capacity(long bytes) {
    capacity = bytes;
  }

  long used() {
    return used;
  }

  void failNextSync() {
    nextSyncFails = true;
  }

  /** Lets a file vanish, as somebody who makes room may. */
  boolean vanish(String ending) {
    for (Path path : List.copyOf(names.keySet())) {
      if (path.toString().endsWith(ending)) {
        put(path, null);
        return true;
      }
    }
    return false;
  }

  /** The machine loses its power; what is not durable may be gone. All its processes are dead. */
  void crash() {
    locks.clear();
    // Names come back in the order in which they were changed, up to some change.
    int kept = unsynced.isEmpty() ? 0 : simulator.random.nextInt(unsynced.size() + 1);
    for (int i = unsynced.size() - 1; i >= kept; i--) {
      Change change = unsynced.get(i);
      if (change.before == null) {
        names.remove(change.path);
      } else {
        names.put(change.path, change.before);
      }
    }
    unsynced.clear();
    for (Inode file : names.values()) {
      int unsure = file.length - Math.min(file.touched, file.length);
      if (file.lost) {
        tear(file, file.durable.length);
      } else if (unsure > 0 || file.length != file.durable.length) {
        tear(file, file.touched + simulator.random.nextInt(unsure + 1));
      }
    }
    count();
  }

  /** Keeps what was written up to a place, and what was durable behind it. */
  private static void tear(Inode file, int upTo) {
    int length = Math.max(Math.min(upTo, file.length), file.durable.length);
    byte[] torn = java.util.Arrays.copyOf(file.durable, length);
    System.arraycopy(file.bytes, 0, torn, 0, Math.min(upTo, length));
    file.bytes = torn;
    file.length = length;
    file.lost = false;
    file.sync();
  }

  private void put(Path path, @Nullable Inode file) {
    Inode before = file == null ? names.remove(path) : names.put(path, file);
    unsynced.add(new Change(path, before, file));
    count();
  }

  private void count() {
    used = 0;
    for (Inode file : names.values()) {
      used += file.length;
    }
  }

  /** The disk of one process. */
  private final class View implements Disk {
    private final SimulatedProcess process;

    View(SimulatedProcess process) {
      this.process = process;
    }

    @Override
    public OpenFile openToRead(Path path) throws IOException {
      process.call("open to read");
      Handle opened = new Handle(process, path, find(path), false);
      if (simulator.plant == Plant.DIFF_FILE_DELETED_EARLY && path.toString().contains("diff-")) {
        put(path, null);
      }
      return opened;
    }

    @Override
    public OpenFile openToWrite(Path path) throws IOException {
      process.call("open to write");
      Inode file = names.get(path);
      if (file == null) {
        file = new Inode();
        put(path, file);
      }
      return new Handle(process, path, file, true);
    }

    private Inode find(Path path) throws IOException {
      Inode file = names.get(path);
      if (file == null) {
        throw new NoSuchFileException(path.toString());
      }
      return file;
    }

    @Override
    public void forceDirectory(Path directory) {
      process.call("fsync directory");
      if (failsNow()) {
        throw DiskFailure.notDurable(directory, new IOException("Input/output error"));
      }
      if (simulator.plant != Plant.DIRECTORY_NOT_SYNCED) {
        unsynced.removeIf(change -> directory.equals(change.path.getParent()));
      }
    }

    @Override
    public void createDirectories(Path directory) {
      directories.add(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      process.call("rename");
      Inode file = find(from);
      put(from, null);
      put(to, file);
    }

    @Override
    public boolean delete(Path path) {
      process.call("delete");
      boolean there = names.containsKey(path);
      if (there) {
        put(path, null);
      }
      return there;
    }

    @Override
    public boolean exists(Path path) {
      return names.containsKey(path) || directories.contains(path);
    }

    @Override
    public boolean isDirectory(Path path) {
      return directories.contains(path);
    }

    @Override
    public List<Path> list(Path directory) {
      return names.keySet().stream().filter(path -> directory.equals(path.getParent())).toList();
    }

    @Override
    public long length(Path path) throws IOException {
      return find(path).length;
    }

    @Override
    public long usableBytes(Path directory) {
      return Math.max(0, capacity - used);
    }

    @Override
    public @Nullable DirectoryLock tryLock(Path file) {
      SimulatedProcess holder = locks.get(file);
      boolean held = holder != null && holder.isAlive();
      if (held) {
        return null;
      }
      locks.put(file, process);
      return () -> locks.remove(file, process);
    }
  }

  private boolean failsNow() {
    boolean fails = nextSyncFails;
    nextSyncFails = false;
    return fails;
  }

  /** A file that a process has open. */
  private final class Handle implements Disk.OpenFile {
    private final SimulatedProcess process;
    private final Path path;
    private final Inode file;
    private final boolean writes;
    private int position;

    Handle(SimulatedProcess process, Path path, Inode file, boolean writes) {
      this.process = process;
      this.path = path;
      this.file = file;
      this.writes = writes;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      process.call("write");
      requireWrites();
      long room = capacity - used + Math.max(0, file.length - position);
      int fits = (int) Math.max(0, Math.min(room, count));
      file.write(position, bytes, offset, fits);
      position += fits;
      count();
      if (fits < count) {
        throw new IOException("No space left on device");
      }
    }

    private void requireWrites() throws IOException {
      if (!writes) {
        throw new IOException("Bad file descriptor");
      }
    }

    @Override
    public void readFully(byte[] bytes, int offset, int count) throws IOException {
      if (position + count > file.length) {
        throw new EOFException();
      }
      System.arraycopy(file.bytes, position, bytes, offset, count);
      position += count;
    }

    @Override
    public void seek(long to) {
      position = (int) to;
    }

    @Override
    public long length() {
      return file.length;
    }

    @Override
    public void setLength(long length) throws IOException {
      process.call("truncate");
      requireWrites();
      if (length < file.length) {
        file.length = (int) length;
        file.touched = Math.min(file.touched, file.length);
      }
      count();
    }

    @Override
    public void force() {
      process.call("fsync");
      if (failsNow()) {
        file.lost = true;
        throw DiskFailure.notDurable(path, new IOException("Input/output error"));
      }
      Plant neglected =
          path.toString().contains("diff-") ? Plant.DIFF_FILE_NOT_SYNCED : Plant.HEAD_NOT_SYNCED;
      if (!file.lost && simulator.plant != neglected) {
        file.sync();
      }
    }

    @Override
    public void close() {
      // what is written is written
    }
  }
}
