package dev.duplex.simulation;

import dev.duplex.database.target.Checkpoint;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A secondary: its tables, the link's checkpoint, the lease, and sessions with a transaction each.
 * What was committed survives a crash, as {@code synchronous_commit} is on.
 */
final class SimulatedSecondary {
  /** Looks at what a commit has made visible. */
  interface Watch {
    void committed(Tables tables, @Nullable Checkpoint checkpoint);
  }

  /** A session of an applier. */
  static final class Session {
    final int pid;
    final SimulatedProcess process;
    final String instance;
    @Nullable Tables written;
    @Nullable Checkpoint saved;
    java.util.@Nullable Set<dev.duplex.schemas.table.TableId> truncated;
    long usedNanos;
    boolean ended;

    Session(int pid, SimulatedProcess process, String instance) {
      this.pid = pid;
      this.process = process;
      this.instance = instance;
    }
  }

  final Simulator simulator;
  final Machine machine;
  final Map<Integer, Session> sessions = new TreeMap<>();
  Tables tables = new Tables();
  @Nullable Checkpoint checkpoint;
  private @Nullable Checkpoint previous;
  @Nullable Session leaseHolder;
  boolean down;
  private final Watch watch;
  private int lastPid = 100;

  SimulatedSecondary(Simulator simulator, Machine machine, Watch watch) {
    this.simulator = simulator;
    this.machine = machine;
    this.watch = watch;
  }

  Session connect(SimulatedProcess process, String instance) {
    Session session = new Session(++lastPid, process, instance);
    session.usedNanos = simulator.nanos();
    sessions.put(session.pid, session);
    process.whenDead(() -> terminate(session));
    return session;
  }

  void terminate(Session session) {
    session.ended = true;
    session.written = null;
    session.saved = null;
    sessions.remove(session.pid);
    if (leaseHolder == session) {
      leaseHolder = null;
    }
  }

  void crash() {
    simulator.story.add(simulator.nanos(), "secondary", "crashes");
    down = true;
    java.util.List.copyOf(sessions.values()).forEach(this::terminate);
  }

  void restart() {
    simulator.story.add(simulator.nanos(), "secondary", "is up again");
    down = false;
  }

  /** The session that has the checkpoint's row locked, if another one than the given has. */
  boolean isLockedByAnother(Session session) {
    return sessions.values().stream().anyMatch(other -> other != session && other.saved != null);
  }

  /** An older place under the newest epoch. */
  Checkpoint earlier(Checkpoint now) {
    Checkpoint old = previous == null ? now : previous;
    return new Checkpoint(
        now.epoch(),
        old.identity(),
        old.topicId(),
        old.offset(),
        old.last(),
        old.copy(),
        old.totals());
  }

  void commit(Session session) {
    Tables written = session.written;
    Checkpoint saved = session.saved;
    session.written = null;
    session.saved = null;
    if (session.truncated != null && written != null) {
      session.truncated.forEach(table -> written.of(table).clear());
    }
    session.truncated = null;
    if (written == null && saved == null) {
      return;
    }
    if (written != null && simulator.plant == Plant.COMMIT_IN_PART) {
      written.of(Row.TABLES.get(1)).clear();
      written.of(Row.TABLES.get(1)).putAll(tables.of(Row.TABLES.get(1)));
    }
    tables = written == null ? tables : written;
    previous = checkpoint;
    checkpoint = saved == null ? checkpoint : saved;
    simulator.story.add(
        simulator.nanos(),
        "secondary",
        "has " + (checkpoint == null ? "nothing" : checkpoint.position()));
    watch.committed(tables, checkpoint);
  }
}
