package dev.duplex.simulation;

import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.database.target.RowBatch;
import dev.duplex.database.target.TargetDatabase;
import dev.duplex.database.target.TargetLease;
import dev.duplex.database.target.TargetSession;
import dev.duplex.database.target.TargetTable;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.change.AvroReader;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The secondary as one process reaches it. */
final class SecondaryAccess implements TargetDatabase {
  private static final Duration LOCK_WAIT = Duration.ofMillis(100);
  private static final int LOCK_LOOKS = 50;

  private final SimulatedSecondary secondary;
  private final SimulatedProcess process;
  private final Network network;

  SecondaryAccess(SimulatedSecondary secondary, SimulatedProcess process, Network network) {
    this.secondary = secondary;
    this.process = process;
    this.network = network;
  }

  @Override
  public TargetSession open(Link link, Instance instance) throws SQLException {
    process.call("open secondary");
    network.toSecondary(process, "connect");
    if (secondary.down) {
      throw new SQLException("connection refused", "08001");
    }
    return new Applying(secondary.connect(process, instance.name()));
  }

  /** An applier's session. */
  private final class Applying implements TargetSession {
    private final SimulatedSecondary.Session session;

    Applying(SimulatedSecondary.Session session) {
      this.session = session;
    }

    private void call(String what) throws SQLException {
      process.call(what);
      network.toSecondary(process, what);
      if (secondary.down || session.ended) {
        throw new SQLException("the connection is broken", "08006");
      }
      session.usedNanos = secondary.simulator.nanos();
    }

    private void answer() throws SQLException {
      process.call("answer");
      network.fromSecondary(process);
    }

    private Tables written() {
      Tables written = session.written;
      if (written == null) {
        written = secondary.tables.copy();
        session.written = written;
      }
      return written;
    }

    @Override
    public TargetLease lease(Duration takeoverAfter) {
      return new Lease(takeoverAfter);
    }

    /** An advisory lock, and whoever has it. */
    private final class Lease implements TargetLease {
      private final Duration takeoverAfter;
      private @Nullable Holder holder;

      Lease(Duration takeoverAfter) {
        this.takeoverAfter = takeoverAfter;
      }

      @Override
      public boolean tryAcquire() throws SQLException {
        call("try the lease");
        SimulatedSecondary.Session other = secondary.leaseHolder;
        boolean free = secondary.simulator.plant == Plant.TWO_APPLIERS;
        if (free || other == null || other == session) {
          secondary.leaseHolder = session;
          return true;
        }
        boolean own = other.instance.equals(session.instance);
        holder = new Holder(other.instance, own);
        long still = secondary.simulator.nanos() - other.usedNanos;
        if (own || still >= takeoverAfter.toNanos()) {
          secondary.terminate(other);
        }
        return false;
      }

      @Override
      public Optional<Holder> holder() {
        return Optional.ofNullable(holder);
      }
    }

    private void awaitLock() throws SQLException {
      for (int look = 0; secondary.isLockedByAnother(session); look++) {
        if (look == LOCK_LOOKS) {
          throw new SQLException("canceling statement due to statement timeout", "57014");
        }
        process.pass(LOCK_WAIT);
        call("wait for a lock");
      }
    }

    @Override
    public Checkpoint claim() throws SQLException {
      call("claim the checkpoint");
      awaitLock();
      Checkpoint was = secondary.checkpoint;
      if (was == null) {
        throw new SetupException("the secondary knows nothing of the link: run 'duplex init'");
      }
      Checkpoint now =
          new Checkpoint(
              was.epoch() + 1,
              was.identity(),
              was.topicId(),
              was.offset(),
              was.last(),
              was.copy(),
              was.totals());
      secondary.checkpoint = now;
      answer();
      return secondary.simulator.plant == Plant.CHECKPOINT_READ_LATE ? secondary.earlier(now) : now;
    }

    @Override
    public void save(Checkpoint checkpoint) throws SQLException {
      call("save the checkpoint");
      requireOurs(checkpoint);
      switch (secondary.simulator.plant) {
        case CHECKPOINT_FIRST -> {
          secondary.checkpoint = checkpoint;
          answer();
        }
        case ROWS_FIRST -> {
          secondary.commit(session);
          answer();
        }
        case OFFSET_TOO_FAR -> {
          session.saved = checkpoint.withOffset(checkpoint.offset() + 1);
          return;
        }
        default -> {}
      }
      session.saved = checkpoint;
    }

    private void requireOurs(Checkpoint ours) throws SQLException {
      awaitLock();
      Checkpoint known = secondary.checkpoint;
      boolean checked = secondary.simulator.plant != Plant.TWO_APPLIERS;
      if (checked && (known == null || known.epoch() != ours.epoch())) {
        throw new FencedException("another applier took over");
      }
    }

    @Override
    public void check(Checkpoint checkpoint) throws SQLException {
      call("check the checkpoint");
      requireOurs(checkpoint);
    }

    @Override
    public TargetTable table(RowFormat format) {
      return new SimulatedTable(format);
    }

    @Override
    public void forgetTables() {
      // nothing is remembered
    }

    @Override
    public void deferConstraints() throws SQLException {
      call("defer constraints");
    }

    @Override
    public void truncate(Collection<TargetTable> tables) throws SQLException {
      call("truncate");
      if (secondary.simulator.plant == Plant.TRUNCATE_LAST) {
        session.truncated = new java.util.HashSet<>();
        tables.forEach(table -> session.truncated.add(table.id()));
        return;
      }
      tables.forEach(table -> written().of(table.id()).clear());
    }

    @Override
    public void empty(Collection<TableId> tables) throws SQLException {
      call("empty");
      tables.forEach(table -> written().of(table).clear());
    }

    @Override
    public void commit() throws SQLException {
      call("commit");
      boolean lost = secondary.simulator.plant == Plant.LOST_COMMIT_TAKEN_FOR_DONE;
      if (lost && secondary.simulator.oneIn(20)) {
        session.written = null;
        session.saved = null;
        return;
      }
      secondary.commit(session);
      answer();
    }

    @Override
    public void rollback() throws SQLException {
      call("roll back");
      session.written = null;
      session.saved = null;
    }

    @Override
    public void abort() {
      secondary.terminate(session);
    }

    @Override
    public void close() {
      secondary.terminate(session);
    }

    /** A table of this session's transaction. */
    private final class SimulatedTable implements TargetTable {
      private final RowFormat format;
      private final BitSet key = new BitSet();
      private final AvroReader in = new AvroReader();

      SimulatedTable(RowFormat format) {
        this.format = format;
        key.set(0);
      }

      @Override
      public RowFormat format() {
        return format;
      }

      @Override
      public BitSet key() {
        return key;
      }

      @Override
      public boolean wholeRow() {
        return false;
      }

      private SortedMap<Long, Long> rows() {
        return written().of(format.table());
      }

      private Row row(byte[] record, int image) {
        in.reset(record, image);
        long k = column();
        return new Row(k, column());
      }

      private long column() {
        return in.readInt() == RowFormat.NULL ? 0 : in.readLong();
      }

      @Override
      public void insert(RowBatch batch) throws SQLException {
        call("insert rows");
        for (int i = 0; i < batch.size(); i++) {
          insert(row(batch.record(i), batch.image(i)));
        }
      }

      private void insert(Row row) throws SQLException {
        if (rows().putIfAbsent(row.key(), row.value()) != null) {
          throw new SQLException("duplicate key value", "23505");
        }
      }

      @Override
      public void update(RowBatch batch, @Nullable BitSet unchanged)
          throws SQLException, ReplayNeededException {
        call("update rows");
        for (int i = 0; i < batch.size(); i++) {
          Row row = row(batch.record(i), batch.image(i));
          if (rows().replace(row.key(), row.value()) == null) {
            throw new ReplayNeededException("update found no row");
          }
        }
      }

      @Override
      public void delete(RowBatch batch) throws SQLException, ReplayNeededException {
        call("delete rows");
        for (int i = 0; i < batch.size(); i++) {
          if (rows().remove(row(batch.record(i), batch.image(i)).key()) == null) {
            throw new ReplayNeededException("delete found no row");
          }
        }
      }

      @Override
      public void expectAbsent(RowBatch batch) throws SQLException, ReplayNeededException {
        call("expect rows to be absent");
        for (int i = 0; i < batch.size(); i++) {
          if (rows().containsKey(row(batch.record(i), batch.image(i)).key())) {
            throw new ReplayNeededException("there is a row");
          }
        }
      }

      @Override
      public void insert(Change change) throws SQLException {
        call("insert");
        insert(row(change.bytes(), change.after()));
      }

      @Override
      public long overwrite(Change change) throws SQLException {
        call("overwrite");
        Row row = row(change.bytes(), change.after());
        return rows().replace(row.key(), row.value()) == null ? 0 : 1;
      }

      @Override
      public long move(Change change) throws SQLException {
        call("move");
        Row before = row(change.bytes(), change.before());
        Row after = row(change.bytes(), change.after());
        if (rows().remove(before.key()) == null) {
          return 0;
        }
        insert(after);
        return 1;
      }

      @Override
      public long delete(Change change) throws SQLException {
        call("delete");
        return rows().remove(row(change.bytes(), change.before()).key()) == null ? 0 : 1;
      }
    }
  }
}
