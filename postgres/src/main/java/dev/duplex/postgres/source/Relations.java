package dev.duplex.postgres.source;

import dev.duplex.database.source.LogListener;
import dev.duplex.database.source.TableListener;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables that pgoutput has described so far, by its number.
 *
 * <p>Owned by the capture's thread. Source: PostgreSQL documentation, "Logical Replication Message
 * Formats", Relation and Type.
 */
final class Relations {
  private static final int KEY_FLAG = 1;
  private static final byte IDENTITY_FULL = 'f';

  /** A table's shape, and who takes its changes. */
  private record Relation(Table shape, TableListener listener) {}

  private final TypeNames types;
  private final Map<Integer, Relation> byId = new HashMap<>();

  Relations(TypeNames types) {
    this.types = types;
  }

  TableListener get(int id) {
    Relation relation = byId.get(id);
    if (relation == null) {
      throw new IllegalStateException("pgoutput sent a change of relation " + id + " undescribed");
    }
    return relation.listener();
  }

  /** Takes a Type message. */
  void type(ByteBuffer message) {
    int oid = message.getInt();
    String schema = PgOutputText.readString(message);
    String name = PgOutputText.readString(message);
    types.announce(oid, schema + "." + name);
  }

  /** Takes a Relation message; sent before a table's first change and after its shape changed. */
  void relation(ByteBuffer message, LogListener listener) throws SQLException {
    int id = message.getInt();
    TableId table = new TableId(PgOutputText.readString(message), PgOutputText.readString(message));
    boolean fullRow = message.get() == IDENTITY_FULL;
    int count = message.getShort();
    List<Column> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      boolean key = (message.get() & KEY_FLAG) != 0;
      String name = PgOutputText.readString(message);
      TypeNames.TypeName type = types.of(message.getInt());
      int modifier = message.getInt();
      SqlType sqlType = new SqlType(type.name(), type.domain() ? SqlType.NO_MODIFIER : modifier);
      columns.add(new Column(name, sqlType, key));
    }
    Table shape = new Table(table, columns, fullRow);
    Relation known = byId.get(id);
    // An equal shape keeps its listener, and with it the schema ids that the relay knows.
    if (known == null || !known.shape().equals(shape)) {
      byId.put(id, new Relation(shape, listener.table(shape)));
    }
  }
}
