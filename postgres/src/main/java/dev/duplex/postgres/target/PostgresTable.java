package dev.duplex.postgres.target;

import dev.duplex.database.target.ReplayNeededException;
import dev.duplex.database.target.RowBatch;
import dev.duplex.database.target.TargetTable;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import java.sql.SQLException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A table that takes rows as arrays, one for each column. Rows with a value that its typed array
 * cannot hold are bound as text, in a statement of their own.
 *
 * <p>Not thread-safe.
 */
final class PostgresTable implements TargetTable {
  private final TableStatements statements;
  private final TableShape shape;
  private final RowBatch aside;

  private interface Choice {
    RowStatement statement(boolean asText) throws SQLException;
  }

  /**
   * @param aside for rows that wait for their statement; shared by the session's tables
   */
  PostgresTable(TableStatements statements, RowBatch aside) {
    this.statements = statements;
    this.shape = statements.shape();
    this.aside = aside;
  }

  @Override
  public RowFormat format() {
    return shape.format();
  }

  @Override
  public BitSet key() {
    return shape.key();
  }

  @Override
  public boolean wholeRow() {
    return shape.wholeRow();
  }

  /** As statements name it: without what inherits from it. */
  String only() {
    return shape.only();
  }

  @Override
  public void insert(RowBatch rows) throws SQLException, ReplayNeededException {
    write(rows, statements::insert, true);
  }

  @Override
  public void update(RowBatch rows, @Nullable BitSet unchanged)
      throws SQLException, ReplayNeededException {
    write(rows, asText -> statements.update(unchanged, asText), true);
  }

  @Override
  public void delete(RowBatch rows) throws SQLException, ReplayNeededException {
    write(rows, statements::delete, true);
  }

  @Override
  public void expectAbsent(RowBatch rows) throws SQLException, ReplayNeededException {
    write(rows, statements::delete, false);
  }

  private void write(RowBatch rows, Choice choice, boolean there)
      throws SQLException, ReplayNeededException {
    try {
      RowStatement typed = choice.statement(false);
      typed.begin();
      for (int i = 0; i < rows.size(); i++) {
        if (!typed.add(rows.record(i), rows.image(i), rows.image(i))) {
          aside.add(rows.record(i), rows.image(i));
        }
      }
      execute(typed, there);
      if (!aside.isEmpty()) {
        writeAside(choice.statement(true), there);
      }
    } finally {
      aside.clear();
    }
  }

  private void writeAside(RowStatement text, boolean there)
      throws SQLException, ReplayNeededException {
    text.begin();
    for (int i = 0; i < aside.size(); i++) {
      text.add(aside.record(i), aside.image(i), aside.image(i));
    }
    execute(text, there);
  }

  private void execute(RowStatement statement, boolean there)
      throws SQLException, ReplayNeededException {
    if (statement.rows() == 0) {
      return;
    }
    long touched = statement.execute();
    if (touched != (there ? statement.rows() : 0)) {
      throw new ReplayNeededException(
          "%s: %d rows where %d changes were".formatted(id(), touched, statement.rows()));
    }
  }

  @Override
  public void insert(Change change) throws SQLException {
    run(statements::insert, change, change.after(), change.after());
  }

  @Override
  public long overwrite(Change change) throws SQLException {
    return run(
        asText -> statements.update(change.unchanged(), asText),
        change,
        change.after(),
        change.after());
  }

  @Override
  public long move(Change change) throws SQLException {
    return run(
        asText -> statements.updateWithKey(change.unchanged(), asText),
        change,
        change.before(),
        change.after());
  }

  @Override
  public long delete(Change change) throws SQLException {
    return run(statements::delete, change, change.before(), change.before());
  }

  private static long run(Choice choice, Change change, int keyImage, int valueImage)
      throws SQLException {
    RowStatement statement = choice.statement(false);
    statement.begin();
    if (!statement.add(change.bytes(), keyImage, valueImage)) {
      statement = choice.statement(true);
      statement.begin();
      statement.add(change.bytes(), keyImage, valueImage);
    }
    return statement.execute();
  }

  void close() throws SQLException {
    statements.close();
  }
}
