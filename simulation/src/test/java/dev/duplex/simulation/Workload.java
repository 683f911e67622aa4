package dev.duplex.simulation;

import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.table.TableId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** An application: commits small transactions, now and then a long one, or a truncate. */
final class Workload extends Simulator.Actor {
  private static final int KEYS = 8;
  private static final int LONG_CHANGES = 60;

  private final Simulator simulator;
  private final SimulatedPrimary primary;
  private final Duration pause;
  private int left;
  private long lastValue;

  Workload(Simulator simulator, SimulatedPrimary primary, int transactions, Duration pause) {
    super("application");
    this.simulator = simulator;
    this.primary = primary;
    this.pause = pause;
    this.left = transactions;
  }

  boolean isDone() {
    return left == 0;
  }

  @Override
  long turn() {
    if (left == 0) {
      return -1;
    }
    if (!primary.down) {
      left--;
      if (simulator.oneIn(8)) {
        primary.writeElsewhere();
      }
      primary.commit(changes());
    }
    return simulator.oneIn(5) ? 0 : simulator.upTo(pause) + 1;
  }

  private List<Row.Change> changes() {
    int count =
        simulator.oneIn(30)
            ? 20 + simulator.random.nextInt(LONG_CHANGES)
            : 1 + simulator.random.nextInt(3);
    List<Row.Change> changes = new ArrayList<>();
    Tables view = primary.tables.copy();
    for (int i = 0; i < count; i++) {
      Row.Change change = change(view);
      view.apply(change);
      changes.add(change);
    }
    return changes;
  }

  private Row.Change change(Tables view) {
    TableId table = Row.TABLES.get(simulator.random.nextInt(Row.TABLES.size()));
    SortedMap<Long, Long> rows = view.of(table);
    if (simulator.oneIn(40)) {
      return new Row.Change(table, Operation.TRUNCATE, new Row(0, 0));
    }
    long key = simulator.random.nextInt(KEYS);
    Row row = new Row(key, ++lastValue);
    if (!rows.containsKey(key)) {
      return new Row.Change(table, Operation.CREATE, row);
    }
    return new Row.Change(table, simulator.oneIn(3) ? Operation.DELETE : Operation.UPDATE, row);
  }
}
