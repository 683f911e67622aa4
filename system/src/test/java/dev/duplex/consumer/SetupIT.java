package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.database.target.TargetSetup;
import dev.duplex.postgres.PostgresProduct;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.TableId;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SetupIT {
  private static final List<TableId> TABLES =
      List.of(
          new TableId("shop", "line"), new TableId("shop", "Order"), new TableId("public", "note"));

  @Test
  void shouldCreateTablesAsThePrimaryHasThem() throws Exception {
    try (TestLink primary =
            TestLink.create(
                "CREATE SCHEMA shop",
                "CREATE TYPE shop.mood AS ENUM ('so', 'it''s')",
                "CREATE TABLE shop.\"Order\" (id bigserial PRIMARY KEY, \"a b\" varchar(7) COLLATE"
                    + " \"C\" NOT NULL DEFAULT 'x', m shop.mood[], n numeric(10,2) CHECK (n > 0),"
                    + " twice numeric GENERATED ALWAYS AS (n * 2) STORED, UNIQUE (\"a b\", n))",
                "CREATE INDEX odd ON shop.\"Order\" (lower(\"a b\")) WHERE n > 5",
                "CREATE TABLE shop.line (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, o bigint"
                    + " REFERENCES shop.\"Order\", at timestamptz(3) DEFAULT now())",
                "CREATE TABLE note (t text)");
        TestLink secondary = TestLink.create("CREATE TABLE note (t text, own int)");
        TargetSetup setup = new PostgresProduct().targetSetup(secondary.session());
        Connection source = primary.session()) {
      assertThat(setup.missing(TABLES)).containsExactlyElementsOf(TABLES.subList(0, 2));
      assertThat(setup.createTables(source, TABLES))
          .containsExactlyElementsOf(TABLES.subList(0, 2));
      assertThat(setup.createTables(source, TABLES)).isEmpty();
      String shape =
          "SELECT c.relname, a.attname, format_type(atttypid, atttypmod), attnotnull, attgenerated,"
              + " attcollation FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
              + " WHERE relnamespace = 'shop'::regnamespace AND attnum > 0 AND relkind = 'r'"
              + " ORDER BY 1, attnum";
      assertThat(secondary.query(shape)).isEqualTo(primary.query(shape));
      String constraints =
          "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
              + " WHERE connamespace = 'shop'::regnamespace AND contype <> 'n' ORDER BY 1";
      assertThat(secondary.query(constraints)).isEqualTo(primary.query(constraints));
      String indexes = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' ORDER BY 1";
      assertThat(secondary.query(indexes)).isEqualTo(primary.query(indexes));
      assertThat(secondary.query("SELECT count(*) FROM pg_class WHERE relkind = 'S'"))
          .isEqualTo("0");
    }
  }

  @Test
  void shouldNameATypeThatIsMissing() throws Exception {
    try (TestLink primary =
            TestLink.create(
                "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
                "CREATE TABLE good (id int PRIMARY KEY)",
                "CREATE TABLE note (p positive)");
        TestLink secondary = TestLink.create();
        TargetSetup setup = new PostgresProduct().targetSetup(secondary.session());
        Connection source = primary.session()) {
      List<TableId> tables = List.of(new TableId("public", "good"), new TableId("public", "note"));
      assertThatThrownBy(() -> setup.createTables(source, tables))
          .isInstanceOf(SetupException.class)
          .hasMessageContaining("public.note needs type public.positive")
          .hasMessageContaining("pg_dump --schema-only");
      assertThat(setup.missing(tables)).hasSize(2); // all or nothing
    }
  }
}
