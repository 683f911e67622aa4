package dev.duplex.consumer.apply;

import dev.duplex.schemas.change.Change;
import java.sql.SQLException;

/** One change as a statement of its own: arrays of one row. Each says how many rows it touched. */
final class SingleChange {
  private SingleChange() {}

  private interface Choice {
    RowStatement statement(boolean asText) throws SQLException;
  }

  static long insert(TableStatements table, Change change) throws SQLException {
    return run(table::insert, change, change.after(), change.after());
  }

  /** Writes the row that has the key of the after image. */
  static long overwrite(TableStatements table, Change change) throws SQLException {
    return run(
        asText -> table.update(change.unchanged(), asText), change, change.after(), change.after());
  }

  /** Writes the row that has the key of the before image, the key too. */
  static long move(TableStatements table, Change change) throws SQLException {
    return run(
        asText -> table.updateWithKey(change.unchanged(), asText),
        change,
        change.before(),
        change.after());
  }

  static long delete(TableStatements table, Change change) throws SQLException {
    return run(table::delete, change, change.before(), change.before());
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
}
