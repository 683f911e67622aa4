package dev.duplex.postgres.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.SharedLab;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The catalog's shapes against those of pgoutput's own Relation messages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TableCatalogIT {
  private static final TableId TABLE = new TableId("S", "the table");

  private final Connection session;
  private final RelationMessages relations;

  TableCatalogIT() throws IOException, InterruptedException, SQLException {
    PostgresServer primary = SharedLab.get().primary();
    String database = SharedLab.newName();
    primary.createDatabase(database);
    session =
        PostgresSession.open(
            primary.jdbcUrl(database),
            primary.username(),
            primary.password(),
            "TableCatalogIT",
            Map.of());
    relations = new RelationMessages(session);
  }

  @AfterAll
  void stop() throws SQLException {
    session.close();
  }

  @BeforeEach
  void createTypes() throws SQLException {
    execute(
        "CREATE SCHEMA \"S\"",
        "CREATE TYPE \"S\".\"Mood\" AS ENUM ('fine')",
        "CREATE DOMAIN \"S\".amount AS numeric(10,2)",
        "CREATE DOMAIN \"S\".price AS \"S\".amount CHECK (VALUE > 0)");
  }

  @AfterEach
  void dropAll() throws SQLException {
    execute("DROP SCHEMA \"S\" CASCADE");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          primary key            | id      | id int PRIMARY KEY, v text
          key in another order   | a b     | a int, x text, b int, PRIMARY KEY (b, a)
          key with more included | id      | id int, v text, w text, PRIMARY KEY (id) INCLUDE (v)
          deferrable key         | ''      | id int PRIMARY KEY DEFERRABLE, v text
          no key                 | ''      | id int, v text
          unique, but not chosen | ''      | id int NOT NULL UNIQUE, v text
          modifiers              | n       | n numeric(12,3) PRIMARY KEY, c char(7), v varchar(5)
          modifiers of times     | t       | t timestamp(2) PRIMARY KEY, i interval(1), z time(0)
          no modifiers           | n       | n numeric PRIMARY KEY, c bpchar, b varbit, q "char"
          arrays                 | id      | id int PRIMARY KEY, a int[], n numeric(5,2)[]
          domains                | id      | id "S".amount PRIMARY KEY, p "S".price, d "S".price[]
          enum                   | m       | m "S"."Mood" PRIMARY KEY, n "S"."Mood"[]
          generated column       | id      | id int PRIMARY KEY, g int GENERATED ALWAYS AS (1) STORED
          identity column        | id      | id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY
          names                  | 1.Key   | "1.Key" int PRIMARY KEY, "a b" int, "größe" int, "q""q" int
          """)
  void shouldGiveTheShapeThatPgoutputGives(String what, String key, String columns)
      throws SQLException {
    execute("CREATE TABLE " + TABLE.sql() + " (" + columns + ")");

    assertThat(sameShape().key()).extracting(Column::name).containsExactly(words(key));
  }

  @Test
  void shouldTakeTheChosenIndexAsKey() throws SQLException {
    execute(
        "CREATE TABLE %s (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL, c int)",
        "CREATE UNIQUE INDEX chosen ON %s (b, a) INCLUDE (c)",
        "ALTER TABLE %s REPLICA IDENTITY USING INDEX chosen");

    assertThat(sameShape().key()).extracting(Column::name).containsExactly("a", "b");

    execute("DROP INDEX \"S\".chosen");
    assertThat(sameShape().hasKey()).isFalse();
  }

  @Test
  void shouldTakeTheWholeRowAsKey() throws SQLException {
    execute("CREATE TABLE %s (id int PRIMARY KEY, v text)", "ALTER TABLE %s REPLICA IDENTITY FULL");

    Table table = sameShape();

    assertThat(table.fullRow()).isTrue();
    assertThat(table.key()).hasSize(2);
  }

  @Test
  void shouldTakeNothingAsKeyIfToldSo() throws SQLException {
    execute(
        "CREATE TABLE %s (id int PRIMARY KEY, v text)", "ALTER TABLE %s REPLICA IDENTITY NOTHING");

    assertThat(sameShape().hasKey()).isFalse();
  }

  @Test
  void shouldFollowAlteredTables() throws SQLException {
    execute(
        "CREATE TABLE %s (gone int, id int, v text, PRIMARY KEY (id))",
        "ALTER TABLE %s DROP COLUMN gone",
        "ALTER TABLE %s ADD COLUMN later numeric(7,1)",
        "ALTER TABLE %s ALTER COLUMN v TYPE varchar(9)",
        "ALTER TABLE %s RENAME COLUMN id TO number");

    assertThat(sameShape().columns())
        .containsExactly(
            new Column("number", SqlType.of("integer"), true),
            new Column("v", new SqlType("character varying", 13), false),
            new Column("later", new SqlType("numeric", (7 << 16 | 1) + 4), false));
  }

  @Test
  void shouldDescribeAPartitionedTableByItsRoot() throws SQLException {
    execute(
        "CREATE TABLE %s (x text, id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE \"S\".part (id int NOT NULL, x text)",
        "ALTER TABLE %s ATTACH PARTITION \"S\".part FOR VALUES FROM (0) TO (9)");

    assertThat(sameShape().columns()).extracting(Column::name).containsExactly("x", "id");
  }

  @Test
  void shouldGiveThePrimaryKeyInItsOwnOrder() throws SQLException {
    execute("CREATE TABLE %s (a int, b int, c int, PRIMARY KEY (c, a) INCLUDE (b))");

    assertThat(new TableCatalog(session).primaryKey(TABLE)).containsExactly("c", "a");
  }

  @Test
  void shouldFindTablesOnly() throws SQLException {
    execute("CREATE VIEW %s AS SELECT 1 AS a");

    TableCatalog catalog = new TableCatalog(session);
    assertThat(catalog.find(TABLE)).isEmpty();
    assertThat(catalog.find(new TableId("S", "THE TABLE"))).isEmpty();
    assertThat(catalog.primaryKey(TABLE)).isEmpty();
  }

  private Table sameShape() throws SQLException {
    Table table = new TableCatalog(session).find(TABLE).orElseThrow();
    assertThat(table).isEqualTo(relations.afterTruncate(TABLE));
    return table;
  }

  private static String[] words(String text) {
    return text.isEmpty() ? new String[0] : text.split(" ");
  }

  private void execute(String... statements) throws SQLException {
    try (Statement statement = session.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql.replace("%s", TABLE.sql()));
      }
    }
  }
}
