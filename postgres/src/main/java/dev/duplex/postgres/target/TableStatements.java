package dev.duplex.postgres.target;

import dev.duplex.postgres.target.RowStatement.SharedArrays;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prepared statements of one table, made when they are needed first. Not thread-safe. */
final class TableStatements {
  private static final int MOST_STATEMENTS = 200;

  private enum Kind {
    INSERT,
    UPDATE,
    UPDATE_WITH_KEY,
    DELETE
  }

  private record Wanted(Kind kind, @Nullable BitSet unchanged, boolean asText) {}

  private final Connection connection;
  private final TableShape target;
  private final SharedArrays shared;
  private final Map<Wanted, RowStatement> statements = new HashMap<>();

  TableStatements(Connection connection, TableShape target, SharedArrays shared) {
    this.connection = connection;
    this.target = target;
    this.shared = shared;
  }

  TableShape shape() {
    return target;
  }

  /** Inserts whole rows. */
  RowStatement insert(boolean asText) throws SQLException {
    return find(new Wanted(Kind.INSERT, null, asText));
  }

  /** Writes all but the key and the unchanged columns of the rows that have the key. */
  RowStatement update(@Nullable BitSet unchanged, boolean asText) throws SQLException {
    return find(new Wanted(Kind.UPDATE, unchanged, asText));
  }

  /** Writes all but the unchanged columns, the key too. */
  RowStatement updateWithKey(@Nullable BitSet unchanged, boolean asText) throws SQLException {
    return find(new Wanted(Kind.UPDATE_WITH_KEY, unchanged, asText));
  }

  RowStatement delete(boolean asText) throws SQLException {
    return find(new Wanted(Kind.DELETE, null, asText));
  }

  private RowStatement find(Wanted wanted) throws SQLException {
    RowStatement statement = statements.get(wanted);
    if (statement == null) {
      if (statements.size() >= MOST_STATEMENTS) {
        close();
      }
      statement = make(wanted);
      statements.put(wanted, statement);
    }
    return statement;
  }

  private RowStatement make(Wanted wanted) throws SQLException {
    StatementText text = new StatementText(target, wanted.asText);
    BitSet none = new BitSet();
    BitSet written = written(wanted);
    return switch (wanted.kind) {
      case INSERT -> statement(text.insert(written), none, written, wanted.asText);
      case UPDATE, UPDATE_WITH_KEY ->
          statement(text.update(written), target.key(), written, wanted.asText);
      case DELETE -> statement(text.delete(), target.key(), none, wanted.asText);
    };
  }

  private BitSet written(Wanted wanted) {
    BitSet fields = new BitSet();
    fields.set(0, target.fields().size());
    if (wanted.unchanged != null) {
      fields.andNot(wanted.unchanged);
    }
    if (wanted.kind == Kind.UPDATE && !target.wholeRow()) {
      fields.andNot(target.key());
      if (fields.isEmpty()) { // the statement still has to find the row
        fields.or(target.key());
      }
    }
    return fields;
  }

  private RowStatement statement(String sql, BitSet keys, BitSet values, boolean asText)
      throws SQLException {
    return new RowStatement(connection, sql, target, keys, values, asText, shared);
  }

  void close() throws SQLException {
    for (RowStatement statement : statements.values()) {
      statement.close();
    }
    statements.clear();
  }
}
