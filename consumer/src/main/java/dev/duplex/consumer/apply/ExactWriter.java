package dev.duplex.consumer.apply;

import dev.duplex.database.SqlFailure;
import dev.duplex.database.target.TargetSession;
import dev.duplex.database.target.TargetTable;
import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.KeyText;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.change.RowImage;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.row.Operation;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replay: change by change in source order, which is always right. What it finds different from
 * what a change implies is a mismatch, which it heals from the row's image or halts at; what the
 * database refuses here is an error.
 */
public final class ExactWriter implements ChangeWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ExactWriter.class);
  private static final int MISMATCHES_LOGGED = 20;

  private final TargetSession session;
  private final Truncation truncation;
  private final boolean heal;
  private boolean deferred;
  private long mismatches;
  private @Nullable String first;

  /**
   * @param heal whether a mismatch is healed; else it halts
   */
  public ExactWriter(TargetSession session, boolean heal) {
    this.session = session;
    this.truncation = new Truncation(session);
    this.heal = heal;
  }

  @Override
  public void write(Change change, RowFormat format) throws SQLException {
    try {
      apply(change, format);
    } catch (SQLException e) {
      if (SqlFailure.isTransient(e)) {
        throw e;
      }
      throw new RefusedChangeException(
          format.table().toString(), KeyText.of(change, format), change.position(), e);
    }
  }

  private void apply(Change change, RowFormat format) throws SQLException {
    deferConstraints();
    TargetTable table = session.table(format);
    if (change.operation() == Operation.TRUNCATE) {
      truncation.add(table);
      return;
    }
    truncation.run();
    if (!table.hasKey() && !isInsert(change.operation())) {
      throw new HaltException(
          Reason.CHANGE_REJECTED,
          format.table()
              + " has no key, but a row of it was changed at position "
              + Position.format(change.position())
              + ": give it a replica identity on the primary, and copy with 'duplex init --recopy'");
    }
    switch (change.operation()) {
      case CREATE, READ -> insert(table, change);
      case UPDATE -> update(table, change);
      case DELETE -> {
        if (table.delete(change) == 0) {
          mismatch(table, change, "delete found no row", true);
        }
      }
      case TRUNCATE -> throw new IllegalStateException("was handled");
    }
  }

  /** As at the source. */
  private void deferConstraints() throws SQLException {
    if (!deferred) {
      session.deferConstraints();
      deferred = true;
    }
  }

  private static boolean isInsert(Operation operation) {
    return operation == Operation.CREATE || operation == Operation.READ;
  }

  private void insert(TargetTable table, Change change) throws SQLException {
    // An insert that fails would end the transaction, so the row is looked for first.
    if (table.foldable() && table.overwrite(change) > 0) {
      mismatch(table, change, "insert found the row", true);
    } else {
      table.insert(change);
    }
  }

  private void update(TargetTable table, Change change) throws SQLException {
    boolean byBefore =
        change.before() != Change.NONE
            && (table.wholeRow()
                || !new RowImage(table.format(), table.key())
                    .sameKey(change.bytes(), change.before(), change.after()));
    long found = byBefore ? table.move(change) : table.overwrite(change);
    if (found == 1) {
      return;
    }
    if (found > 1) {
      mismatch(table, change, "update found " + found + " rows", true);
      return;
    }
    mismatch(table, change, "update found no row", change.unchanged() == null);
    if (!table.foldable() || table.overwrite(change) == 0) {
      table.insert(change);
    }
  }

  private void mismatch(TargetTable table, Change change, String what, boolean healable) {
    String line =
        "%s %s: %s at position %s"
            .formatted(
                table.id(),
                KeyText.of(change, table.format()),
                what,
                Position.format(change.position()));
    if (!heal) {
      throw new HaltException(
          Reason.ROW_MISMATCH,
          line + "; make the row as the primary had it, or set apply.on-mismatch: heal");
    }
    if (!healable) {
      throw new HaltException(
          Reason.ROW_MISMATCH,
          line
              + ", and the change has not all values to heal it; restore the row on the secondary,"
              + " or copy anew with 'duplex init --recopy'");
    }
    mismatches++;
    first = first == null ? line : first;
    if (mismatches <= MISMATCHES_LOGGED) {
      LOG.warn("{}: {}; healed", Reason.ROW_MISMATCH, line);
    } else if (mismatches == MISMATCHES_LOGGED + 1) {
      LOG.warn("{}: more in the same group are counted only", Reason.ROW_MISMATCH);
    }
  }

  @Override
  public void flush() throws SQLException {
    truncation.run();
  }

  @Override
  public void reset() {
    truncation.clear();
    deferred = false;
    mismatches = 0;
    first = null;
  }

  @Override
  public long mismatches() {
    return mismatches;
  }

  /** What was found first since {@link #reset}, in one line; null if nothing was. */
  public @Nullable String mismatch() {
    return first;
  }
}
