package dev.duplex.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.lab.PostgresServer;
import dev.duplex.lab.SharedLab;
import dev.duplex.postgres.catalog.TableCatalog;
import dev.duplex.postgres.session.PostgresSession;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.table.SqlName;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Values of a real server: their text through the encoder, read by Avro's generic reader, written
 * back with a cast to the column's type. What arrives must be the same to the byte.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ValueRoundTripIT {
  private static final TransactionStamp STAMP = TransactionStamp.of(1, 8, 0L, 0);

  private final Connection session;

  ValueRoundTripIT() throws IOException, InterruptedException, SQLException {
    PostgresServer primary = SharedLab.get().primary();
    String database = SharedLab.newName();
    primary.createDatabase(database);
    disfigure(primary, database);
    session =
        PostgresSession.open(
            primary.jdbcUrl(database),
            primary.username(),
            primary.password(),
            "ValueRoundTripIT",
            // The driver then hands out the server's text as it came.
            Map.of("preferQueryMode", "simple"));
    execute(
        """
        CREATE SCHEMA "S";
        CREATE TYPE "S"."Mood" AS ENUM ('fine', 'not so', 'it''s "odd", \\');
        CREATE DOMAIN "S".amount AS numeric(10,2);
        CREATE DOMAIN "S".code AS char(5) CHECK (VALUE <> 'x');
        CREATE TYPE "S".pair AS (a int, "b c" text, d date, n numeric[]);
        CREATE TYPE "S".span AS RANGE (subtype = float8);
        """);
  }

  /** Settings that change what values look like: sessions must not depend on them. */
  private static void disfigure(PostgresServer server, String database) throws SQLException {
    Map<String, String> settings =
        Map.of(
            "DateStyle", "German",
            "IntervalStyle", "iso_8601",
            "TimeZone", "America/St_Johns",
            "bytea_output", "escape",
            "extra_float_digits", "-3",
            "xmloption", "document",
            "array_nulls", "off");
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        statement.execute(
            "ALTER DATABASE %s SET %s = '%s'"
                .formatted(database, setting.getKey(), setting.getValue()));
      }
    }
  }

  @AfterAll
  void stop() throws SQLException {
    session.close();
  }

  @AfterEach
  void drop() throws SQLException {
    execute("DROP TABLE IF EXISTS \"S\".source, \"S\".target");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvFileSource(
      resources = "values.csv",
      delimiter = ';',
      numLinesToSkip = 1,
      quoteCharacter = '`')
  void shouldKeepEveryValue(String type, String expression) throws SQLException, IOException {
    execute("CREATE TABLE \"S\".source (v " + type + ")");
    execute("CREATE TABLE \"S\".target (v " + type + ")");
    execute("INSERT INTO \"S\".source VALUES (" + expression + "), (NULL)");

    carry(new TableId("S", "source"), new TableId("S", "target"));

    assertSame("v", type.equals("xml"));
  }

  @Test
  void shouldKeepWhateverNamesThereAre() throws SQLException, IOException {
    TableId source = new TableId("1. S\"ch\"ema", "größe_x0041_'s.");
    TableId target = new TableId("1. S\"ch\"ema", "target");
    execute("CREATE SCHEMA " + SqlName.quote(source.schema()));
    String columns =
        "(\"1\" int, \"a.b\" text, \"a_x002E_b\" text, \"A.b\" text, \"q\"\"'\\\" text)";
    execute("CREATE TABLE " + source.sql() + columns);
    execute("CREATE TABLE " + target.sql() + columns);
    execute("INSERT INTO " + source.sql() + " VALUES (1, 'point', 'escape', 'upper', 'quotes')");

    carry(source, target);

    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery("SELECT t::text FROM " + target.sql() + " t")) {
      assertThat(row.next()).isTrue();
      assertThat(row.getString(1)).isEqualTo("(1,point,escape,upper,quotes)");
    }
  }

  @Test
  void shouldKeepRandomBytesAndFloats() throws SQLException, IOException {
    execute("SELECT pg_catalog.setseed(0.42)");
    String columns = "(b bytea, r real, d double precision, n numeric(38,10), t timestamptz)";
    execute("CREATE TABLE \"S\".source " + columns);
    execute("CREATE TABLE \"S\".target " + columns);
    execute(
        """
        INSERT INTO "S".source
        SELECT sha512(i::text::bytea), (random() - 0.5) * power(10, i % 70 - 35),
               (random() - 0.5) * power(10, i % 600 - 300),
               ((random() - 0.5) * power(10, i % 28))::numeric(38,10),
               'epoch'::timestamptz + (random() - 0.2) * interval '9000 years'
          FROM generate_series(1, 1000) i
        """);

    carry(new TableId("S", "source"), new TableId("S", "target"));

    for (String column : new String[] {"b", "r", "d", "n", "t"}) {
      assertSame(column, false);
    }
  }

  /** Copies all rows as a replica that reads the topic would. */
  private void carry(TableId source, TableId target) throws SQLException, IOException {
    Table table = new TableCatalog(session).find(source).orElseThrow();
    EnvelopeEncoder encoder =
        new EnvelopeEncoder(new Link("test"), new PrimaryIdentity("1", 1), "postgres", table);
    RowLayout layout = RowLayout.of(encoder.schema().envelope());
    StringBuilder insert = new StringBuilder("INSERT INTO " + target.sql() + " SELECT ");
    String separator = "";
    for (RowField field : layout.fields()) {
      insert.append(separator).append("?::text::").append(field.sqlType());
      separator = ", ";
    }
    try (Statement read = session.createStatement();
        ResultSet rows = read.executeQuery("SELECT * FROM " + source.sql() + " ORDER BY ctid");
        PreparedStatement write = session.prepareStatement(insert.toString())) {
      while (rows.next()) {
        @Nullable String[] texts = new String[layout.fields().size()];
        for (int i = 0; i < texts.length; i++) {
          texts[i] = rows.getString(i + 1);
        }
        byte[] change = encoder.change(Operation.CREATE, STAMP, 0, 1, 1, null, Tuples.of(texts));
        GenericRecord envelope = Messages.decode(encoder.schema().envelope(), change);
        GenericRecord after = (GenericRecord) envelope.get("after");
        for (int i = 0; i < texts.length; i++) {
          write.setString(i + 1, ReplicaText.of(after, layout.fields().get(i)));
        }
        write.executeUpdate();
      }
    }
  }

  /** Row by row: the same text and, as {@code record_image_eq} sees it, the same bytes. */
  private void assertSame(String column, boolean textOnly) throws SQLException {
    String sql =
        """
        WITH s AS (SELECT row_number() OVER (ORDER BY ctid) AS i, %1$s FROM "S".source),
             t AS (SELECT row_number() OVER (ORDER BY ctid) AS i, %1$s FROM "S".target)
        SELECT count(*), count(*) FILTER (WHERE s.%1$s::text IS NOT DISTINCT FROM t.%1$s::text),
               count(*) FILTER (WHERE record_image_eq(ROW(s.%1$s), ROW(t.%1$s))),
               (SELECT count(*) FROM "S".source)
          FROM s FULL JOIN t ON s.i = t.i
        """
            .formatted(column);
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      assertThat(row.getLong(1)).as("rows").isEqualTo(row.getLong(4));
      assertThat(row.getLong(2)).as("rows with the same text").isEqualTo(row.getLong(1));
      if (!textOnly) {
        assertThat(row.getLong(3)).as("rows with the same bytes").isEqualTo(row.getLong(1));
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }
}
