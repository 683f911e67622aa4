package dev.duplex.admin.setup;

import dev.duplex.schemas.table.TableId;
import java.util.List;

/** Tables in a sentence. */
final class TableNames {
  private static final int SHOWN = 8;

  private TableNames() {}

  /** {@code table a.b}, or {@code 2 tables: a.b, a.c}. */
  static String count(List<TableId> tables) {
    return tables.size() == 1
        ? "table " + tables.get(0)
        : tables.size() + " tables: " + names(tables);
  }

  static String names(List<TableId> tables) {
    String names = String.join(", ", tables.stream().limit(SHOWN).map(TableId::toString).toList());
    return tables.size() <= SHOWN ? names : names + " and " + (tables.size() - SHOWN) + " more";
  }
}
