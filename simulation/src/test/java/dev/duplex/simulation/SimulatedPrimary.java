package dev.duplex.simulation;

import dev.duplex.database.source.Claim;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.table.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A primary: its tables, its log, the link's slot and the link's row. What was committed survives a
 * crash; what was confirmed to the slot survives only once the slot was written at a checkpoint
 * (PostgreSQL manual, "Logical Decoding Concepts": a slot may go back to an earlier position).
 * Sessions end with a crash, when they are terminated, and, sooner or later, when their process is
 * dead.
 */
final class SimulatedPrimary {
  /**
   * A transaction of the log.
   *
   * @param position where its commit record begins
   * @param end where it ends
   */
  record Committed(
      long id, long position, long end, long micros, List<Row.Change> changes, boolean ours) {}

  /** A session of some process. */
  static final class Session {
    final int pid;
    final SimulatedProcess process;
    final @Nullable String instance;
    long usedNanos;
    String reply = "never";
    boolean ended;

    Session(int pid, SimulatedProcess process, @Nullable String instance) {
      this.pid = pid;
      this.process = process;
      this.instance = instance;
    }
  }

  private static final long BLOCK = 64;

  final Simulator simulator;
  final Machine machine;
  final Tables tables = new Tables();
  final List<Committed> log = new ArrayList<>();
  final Map<Integer, Session> sessions = new TreeMap<>();
  final List<Runnable> waiters = new ArrayList<>();
  PrimaryIdentity identity = new PrimaryIdentity("7000", 1);
  long end = 0x1000;
  boolean down;
  boolean hasSlot;
  boolean slotLost;
  long confirmed;
  private long confirmedOnDisk;
  @Nullable Session reader;
  @Nullable Claim claim;
  private int lastPid = 100;
  private long lastTransaction = 500;

  SimulatedPrimary(Simulator simulator, Machine machine) {
    this.simulator = simulator;
    this.machine = machine;
  }

  /** Makes the slot and the link's row, as {@code duplex init} does. */
  void setUp() {
    hasSlot = true;
    confirmed = end;
    confirmedOnDisk = end;
    claim = new Claim(0, 0, null, null, 0, null, null);
  }

  /** Commits a transaction of the link's tables. */
  Committed commit(List<Row.Change> changes) {
    end += BLOCK * (1 + simulator.random.nextInt(4)); // the changes themselves, and others
    Committed committed =
        new Committed(
            ++lastTransaction, end, end + BLOCK - 8, machine.micros(), List.copyOf(changes), true);
    end += BLOCK;
    changes.forEach(tables::apply);
    log.add(committed);
    simulator.story.add(
        simulator.nanos(), "primary", "commits " + committed.position + " " + changes);
    waiters.forEach(Runnable::run);
    return committed;
  }

  /** Writes what the link has nothing to do with. */
  void writeElsewhere() {
    end += BLOCK * (1 + simulator.random.nextInt(8));
    waiters.forEach(Runnable::run);
  }

  /** The slot is written to disk, as at a checkpoint. */
  void checkpoint() {
    confirmedOnDisk = confirmed;
  }

  /** The server dies, and with it all sessions. */
  void crash() {
    simulator.story.add(simulator.nanos(), "primary", "crashes");
    down = true;
    sessions.values().forEach(session -> session.ended = true);
    sessions.clear();
    reader = null;
    confirmed = confirmedOnDisk;
  }

  void restart() {
    simulator.story.add(simulator.nanos(), "primary", "is up again");
    down = false;
  }

  Session connect(SimulatedProcess process, @Nullable String instance) {
    Session session = new Session(++lastPid, process, instance);
    session.usedNanos = simulator.nanos();
    sessions.put(session.pid, session);
    // A dead process's connection is closed by its system; one that stands still keeps its own.
    process.whenDead(() -> terminate(session.pid));
    return session;
  }

  void terminate(int pid) {
    Session session = sessions.remove(pid);
    if (session != null) {
      session.ended = true;
      if (reader == session) {
        reader = null;
      }
    }
  }

  /** What a reader has confirmed arrives. */
  void confirm(long position) {
    confirmed = Math.max(confirmed, position);
  }

  /** The first transaction of the log at or behind a position. */
  int firstFrom(long position) {
    int low = 0;
    int high = log.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (log.get(middle).position() < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  static List<TableId> tableIds() {
    return Row.TABLES;
  }
}
