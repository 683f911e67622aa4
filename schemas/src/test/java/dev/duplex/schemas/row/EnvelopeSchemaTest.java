package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.wire.WireFormat;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class EnvelopeSchemaTest {
  private final EnvelopeSchema schema = EnvelopeSchema.of(Accounts.LINK, Accounts.table());

  @Test
  void shouldNameRecordsAsDebeziumDoes() {
    assertThat(schema.envelope().getFullName()).isEqualTo("bank.public.accounts.Envelope");
    assertThat(schema.key().getFullName()).isEqualTo("bank.public.accounts.Key");
    assertThat(branch(schema.envelope(), "before").getFullName())
        .isEqualTo("bank.public.accounts.Value");
    assertThat(branch(schema.envelope(), "after")).isSameAs(branch(schema.envelope(), "before"));
  }

  @Test
  void shouldHaveDebeziumsFields() {
    assertThat(names(schema.envelope()))
        .containsExactly("op", "source", "ts_ms", "transaction", "before", "after");
    assertThat(names(schema.envelope().getField("source").schema()))
        .containsExactly(
            "connector",
            "name",
            "db",
            "schema",
            "table",
            "system_id",
            "timeline",
            "txId",
            "position",
            "ts_ms",
            "ts_us",
            "unchanged");
    assertThat(names(branch(schema.envelope(), "transaction")))
        .containsExactly(
            "id", "total_order", "data_collection_order", "position", "previous_position", "count");
  }

  @Test
  void shouldDescribeColumnsWithTheirSqlNamesAndTypes() {
    Schema row = branch(schema.envelope(), "after");

    assertThat(names(row)).containsExactly("id", "owner_x0020_name", "balance", "since");
    Schema.Field owner = row.getField("owner_x0020_name");
    assertThat(owner.getProp("sql.name")).isEqualTo("owner name");
    assertThat(owner.getProp("sql.type")).isEqualTo("text");
    assertThat(row.getField("id").getObjectProp("sql.key")).isEqualTo(true);
    assertThat(owner.getObjectProp("sql.key")).isNull();
    Schema balance = row.getField("balance").schema();
    assertThat(balance.getTypes())
        .extracting(Schema::getType)
        .containsExactly(Schema.Type.NULL, Schema.Type.BYTES, Schema.Type.STRING);
    assertThat(balance.getTypes().get(1).getLogicalType()).isEqualTo(LogicalTypes.decimal(12, 2));
    assertThat(names(schema.key())).containsExactly("id");
  }

  @Test
  void shouldGiveEqualShapesEqualSchemas() {
    EnvelopeSchema again = EnvelopeSchema.of(new Link("bank"), Accounts.table());

    assertThat(again).isEqualTo(schema);
    assertThat(again.envelope().toString()).isEqualTo(schema.envelope().toString());
    assertThat(WireFormat.fingerprint(again.envelope()))
        .isEqualTo(WireFormat.fingerprint(schema.envelope()));
  }

  @Test
  void shouldGiveDifferentShapesDifferentFingerprints() {
    List<UnaryOperator<Column>> alterations =
        List.of(
            c -> new Column(c.name() + "2", c.type(), c.key()),
            c -> new Column(c.name(), SqlType.of("character varying"), c.key()),
            c -> new Column(c.name(), new SqlType(c.type().name(), 54), c.key()),
            c -> new Column(c.name(), c.type(), !c.key()));
    List<String> fingerprints = new ArrayList<>();
    fingerprints.add(fingerprint(Accounts.table()));
    for (UnaryOperator<Column> alteration : alterations) {
      List<Column> columns = new ArrayList<>(Accounts.table().columns());
      columns.set(1, alteration.apply(columns.get(1)));
      fingerprints.add(fingerprint(new Table(Accounts.ID, columns, false)));
    }
    fingerprints.add(fingerprint(new Table(Accounts.ID, Accounts.table().columns(), true)));

    assertThat(fingerprints).doesNotHaveDuplicates();
  }

  @Test
  void shouldAcceptAnyNames() {
    Table table =
        new Table(
            new TableId("1. Schema", "größe \"x\""),
            List.of(
                new Column("1st", SqlType.of("text"), true),
                new Column("a.b", SqlType.of("text"), false),
                new Column("a_x002E_b", SqlType.of("text"), false)),
            false);
    EnvelopeSchema odd = EnvelopeSchema.of(new Link("1_x"), table);

    Schema read = new Schema.Parser().parse(odd.envelope().toString());
    assertThat(read).isEqualTo(odd.envelope());
    assertThat(RowLayout.of(read).table()).isEqualTo(table.id());
    assertThat(RowLayout.of(read).fields())
        .extracting(RowField::column)
        .containsExactly("1st", "a.b", "a_x002E_b");
  }

  private static String fingerprint(Table table) {
    return new BigInteger(
            WireFormat.fingerprint(EnvelopeSchema.of(Accounts.LINK, table).envelope()))
        .toString();
  }

  private static Schema branch(Schema record, String field) {
    return record.getField(field).schema().getTypes().get(1);
  }

  private static List<String> names(Schema record) {
    return record.getFields().stream().map(Schema.Field::name).toList();
  }
}
