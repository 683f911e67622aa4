package dev.duplex.consumer.testing;

import dev.duplex.database.target.Checkpoint;
import dev.duplex.database.target.TargetLease;
import dev.duplex.database.target.TargetSession;
import dev.duplex.database.target.TargetTable;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.failure.FencedException;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A secondary in memory, seen through one session. It notes what it is asked for, and refuses what
 * a test tells it to.
 */
public final class MemoryTarget implements TargetSession {
  /** Says what is wrong with a call; null if nothing is. */
  public interface Refusal {
    @Nullable SQLException of(String call);
  }

  private final List<String> calls = new ArrayList<>();
  private final Map<RowFormat, MemoryTable> tables = new java.util.HashMap<>();
  private Map<String, Map<String, List<String>>> committed = new TreeMap<>();
  private Map<String, Map<String, List<String>>> written = new TreeMap<>();
  private Refusal refusal = call -> null;
  private Checkpoint checkpoint;
  private @Nullable Checkpoint saved;

  /** An empty one that is this far. */
  public MemoryTarget(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** From now on, what this says is refused. */
  public void refuse(Refusal newRefusal) {
    refusal = newRefusal;
  }

  /** What it was asked for since this was called last. */
  public List<String> takeCalls() {
    List<String> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  /** What readers see of a table: {@code id=a,b}. */
  public List<String> rows(String table) {
    return committed.getOrDefault(table, Map.of()).entrySet().stream()
        .map(row -> row.getKey() + "=" + String.join(",", row.getValue()))
        .toList();
  }

  /** How far it is, durably. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** Another applier claims the checkpoint. */
  public void takeOver() {
    checkpoint =
        new Checkpoint(
            checkpoint.epoch() + 1,
            checkpoint.identity(),
            checkpoint.topicId(),
            checkpoint.offset(),
            checkpoint.last(),
            checkpoint.copy(),
            checkpoint.totals());
  }

  void call(String call) throws SQLException {
    calls.add(call);
    SQLException refused = refusal.of(call);
    if (refused != null) {
      throw refused;
    }
  }

  Map<String, List<String>> content(TableId table) {
    return written.computeIfAbsent(table.name(), any -> new TreeMap<>());
  }

  @Override
  public TargetLease lease(Duration takeoverAfter) {
    throw new UnsupportedOperationException("a test needs none");
  }

  @Override
  public Checkpoint claim() {
    takeOver();
    return checkpoint;
  }

  @Override
  public void save(Checkpoint newCheckpoint) {
    check(newCheckpoint);
    saved = newCheckpoint;
  }

  @Override
  public void check(Checkpoint known) {
    if (known.epoch() != checkpoint.epoch()) {
      throw new FencedException("taken over");
    }
  }

  @Override
  public TargetTable table(RowFormat format) {
    return tables.computeIfAbsent(format, any -> new MemoryTable(this, format));
  }

  @Override
  public void forgetTables() {
    tables.clear();
  }

  @Override
  public void deferConstraints() throws SQLException {
    call("defer");
  }

  @Override
  public void truncate(Collection<TargetTable> truncated) throws SQLException {
    empty(truncated.stream().map(TargetTable::id).toList());
  }

  @Override
  public void empty(Collection<TableId> emptied) throws SQLException {
    call("truncate " + String.join(",", emptied.stream().map(TableId::name).toList()));
    emptied.forEach(table -> content(table).clear());
  }

  @Override
  public void commit() throws SQLException {
    call("commit");
    committed = copy(written);
    checkpoint = saved == null ? checkpoint : saved;
    saved = null;
  }

  @Override
  public void rollback() throws SQLException {
    call("rollback");
    written = copy(committed);
    saved = null;
  }

  private static Map<String, Map<String, List<String>>> copy(
      Map<String, Map<String, List<String>>> all) {
    Map<String, Map<String, List<String>>> copy = new TreeMap<>();
    all.forEach((table, rows) -> copy.put(table, new TreeMap<>(rows)));
    return copy;
  }

  @Override
  public void abort() {}

  @Override
  public void close() {}
}
