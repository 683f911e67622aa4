package dev.duplex.schemas.row;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.util.List;

/** The table that tests of envelopes use: a number as key, some text, an amount, a day. */
final class Accounts {
  static final Link LINK = new Link("bank");
  static final TableId ID = new TableId("public", "accounts");

  private Accounts() {}

  static Table table() {
    return table(false);
  }

  static Table table(boolean fullRow) {
    return new Table(
        ID,
        List.of(
            new Column("id", SqlType.of("bigint"), true),
            new Column("owner name", SqlType.of("text"), fullRow),
            new Column("balance", OneColumn.numericType(12, 2), fullRow),
            new Column("since", SqlType.of("date"), fullRow)),
        fullRow);
  }

  static Table keyless() {
    return new Table(ID, List.of(new Column("v", SqlType.of("text"), false)), false);
  }

  static EnvelopeEncoder encoder(Table table) {
    return new EnvelopeEncoder(LINK, new PrimaryIdentity("7001", 3), "bankdb", table);
  }
}
