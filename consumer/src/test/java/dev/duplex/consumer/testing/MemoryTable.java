package dev.duplex.consumer.testing;

import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.database.target.RowBatch;
import dev.duplex.database.target.TargetTable;
import dev.duplex.schemas.change.AvroReader;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.FieldText;
import dev.duplex.schemas.change.RowFormat;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of {@link MemoryTarget}. */
final class MemoryTable implements TargetTable {
  private static final String UNIQUE_VIOLATION = "23505";

  private final MemoryTarget target;
  private final RowFormat format;
  private final BitSet key = new BitSet();

  MemoryTable(MemoryTarget target, RowFormat format) {
    this.target = target;
    this.format = format;
    for (int i = 0; i < format.fields().size(); i++) {
      key.set(i, format.fields().get(i).key());
    }
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

  private List<String> row(byte[] record, int image) {
    AvroReader in = new AvroReader();
    in.reset(record, image);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < format.fields().size(); i++) {
      StringBuilder text = new StringBuilder();
      FieldText.appendAny(format.fields().get(i), in, text);
      values.add(text.toString());
    }
    return values;
  }

  private List<List<String>> rows(RowBatch batch) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      rows.add(row(batch.record(i), batch.image(i)));
    }
    return rows;
  }

  private void call(String what, List<List<String>> rows) throws SQLException {
    target.call(
        what
            + " "
            + id().name()
            + " "
            + String.join(" ", rows.stream().map(row -> String.join(",", row)).toList()));
  }

  @Override
  public void insert(RowBatch batch) throws SQLException {
    List<List<String>> rows = rows(batch);
    call("insert", rows);
    for (List<String> row : rows) {
      if (target.content(id()).putIfAbsent(row.get(0), row.subList(1, row.size())) != null) {
        throw new SQLException("duplicate key " + row.get(0), UNIQUE_VIOLATION);
      }
    }
  }

  @Override
  public void update(RowBatch batch, @Nullable BitSet unchanged)
      throws SQLException, ReplayNeededException {
    List<List<String>> rows = rows(batch);
    call(unchanged == null ? "update" : "update without " + unchanged, rows);
    for (List<String> row : rows) {
      if (write(row.get(0), row, unchanged) == 0) {
        throw new ReplayNeededException("no row " + row.get(0));
      }
    }
  }

  @Override
  public void delete(RowBatch batch) throws SQLException, ReplayNeededException {
    List<List<String>> rows = rows(batch);
    call("delete", rows);
    for (List<String> row : rows) {
      if (target.content(id()).remove(row.get(0)) == null) {
        throw new ReplayNeededException("no row " + row.get(0));
      }
    }
  }

  @Override
  public void expectAbsent(RowBatch batch) throws SQLException, ReplayNeededException {
    List<List<String>> rows = rows(batch);
    call("absent", rows);
    for (List<String> row : rows) {
      if (target.content(id()).containsKey(row.get(0))) {
        throw new ReplayNeededException("row " + row.get(0) + " is there");
      }
    }
  }

  private long write(String id, List<String> row, @Nullable BitSet unchanged) {
    List<String> old = target.content(id()).get(id);
    if (old == null) {
      return 0;
    }
    List<String> merged = new ArrayList<>();
    for (int i = 1; i < row.size(); i++) {
      merged.add(unchanged != null && unchanged.get(i) ? old.get(i - 1) : row.get(i));
    }
    target.content(id()).remove(id);
    target.content(id()).put(row.get(0), merged);
    return 1;
  }

  @Override
  public void insert(Change change) throws SQLException {
    List<String> row = row(change.bytes(), change.after());
    call("insert one", List.of(row));
    if (target.content(id()).putIfAbsent(row.get(0), row.subList(1, row.size())) != null) {
      throw new SQLException("duplicate key " + row.get(0), UNIQUE_VIOLATION);
    }
  }

  @Override
  public long overwrite(Change change) throws SQLException {
    List<String> row = row(change.bytes(), change.after());
    call("overwrite", List.of(row));
    return write(row.get(0), row, change.unchanged());
  }

  @Override
  public long move(Change change) throws SQLException {
    List<String> row = row(change.bytes(), change.after());
    call("move", List.of(row));
    return write(row(change.bytes(), change.before()).get(0), row, change.unchanged());
  }

  @Override
  public long delete(Change change) throws SQLException {
    List<String> row = row(change.bytes(), change.before());
    call("delete one", List.of(row));
    return target.content(id()).remove(row.get(0)) == null ? 0 : 1;
  }
}
