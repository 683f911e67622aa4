package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.table.Table;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the primary prints is what the secondary prints, for every way a value can travel. */
final class TypesIT {
  private static final String COLUMNS =
      """
      (id int PRIMARY KEY, b boolean, i2 smallint, i8 bigint, o oid, r real, f double precision,
       n numeric, n12 numeric(12,3), n40 numeric(40,20), t text, vc varchar(5), c char(5),
       y bytea, u uuid, d date, tm time, ts timestamp, tz timestamptz, tmz timetz, iv interval,
       j jsonb, e mood, ar int[], bi bit(3), vb varbit, ip inet, mo money, rg int4range, x xml)
      """;

  private static final List<String> ROWS =
      List.of(
          """
          1, true, 32767, 9223372036854775807, 4294967295, 3.4028235e38, 1.7976931348623157e308,
          123456789012345678901234567890.123, 123456789.123, 12345678901234567890.12345678901234567890,
          'grüße'||chr(10)||'x', 'abcde', 'ab', '\\x00ff7f', '00112233-4455-6677-8899-aabbccddeeff',
          '2026-02-28', '23:59:59.999999', '2026-02-28 23:59:59.999999', '2026-02-28 23:59:59.999999+05',
          '12:00:00+02', '1 year 2 days 03:04:05.6', '{"a": [1, null]}', 'so so', '{1,NULL,3}', B'101',
          B'1', '192.168.0.1/24', 12.34, '[1,5)', '<a>b</a>'
          """,
          """
          2, false, -32768, -9223372036854775808, 0, 'NaN', '-Infinity', 'NaN', -0.001, 0.00000000000000000001,
          '', '', '', '', '00000000-0000-0000-0000-000000000000', 'infinity', '24:00:00', '-infinity',
          '0044-03-15 12:00:00 BC', '00:00:00-15:59', '-1 mon', 'null', 'sad', '{}', B'000', B'',
          '::1', -0.01, 'empty', ''
          """,
          """
          3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null, null, null, null, null, null, null, null, null, null
          """,
          """
          4, true, 0, 0, 1, -0.0, 5e-324, 0, 0, -10000.00010000000000000000, ' ', '     ', ' x', '\\x5c',
          'ffffffff-ffff-ffff-ffff-ffffffffffff', '1969-12-31', '00:00:00', '1970-01-01 00:00:00',
          '1969-12-31 23:59:59.999999+00', '24:00:00+00', '0', '"\\u00e9"', 'happy', '{{1,2},{3,4}}',
          B'111', B'10101', '10.0.0.0/8', 0, '(,)', 'text'
          """,
          """
          5, true, 1, 1, 1, 1.1, 0.1, 1e20, 999999999.999, 1, 'infinity', 'NaN', 'inf', '\\x00',
          'ffffffff-ffff-ffff-ffff-fffffffffff0', '9999-12-31', '00:00:00.000001', '12026-01-01 00:00:00',
          'infinity', '01:02:03+04', '1 day', '[]', 'sad', '{-1}', B'001', B'1', '1.2.3.4', 1, '[,)', ''
          """);

  @Test
  void shouldKeepEveryValue() throws Exception {
    try (TestLink test =
        TestLink.create(
            "CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy')",
            "CREATE TABLE t " + COLUMNS,
            "CREATE SCHEMA source",
            "CREATE TABLE source.t " + COLUMNS)) {
      for (String row : ROWS) {
        test.execute("INSERT INTO source.t VALUES (" + row + ")");
      }
      Table table = test.table("t");
      List<@Nullable String[]> rows = read(test);
      // Inserted as text and typed in one window, then updated, then found by comparing them all.
      var insert = test.publisher.begin();
      rows.forEach(row -> insert.insert(table, row));
      insert.commit();
      test.startApplier();
      test.awaitApplied();
      assertSame(test);
      test.execute(
          "UPDATE t SET (b, i2, n12, n40, d, tz, e) = (NULL, 5, 5, 5, now(), now(), 'sad')");
      var update = test.publisher.begin();
      rows.forEach(row -> update.update(table, row));
      update.commit();
      test.awaitApplied();
      assertSame(test);
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldFindEveryValueAsKey() throws Exception {
    String columns = COLUMNS.replace("id int PRIMARY KEY", "id int");
    try (TestLink test =
        TestLink.create(
            "CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy')",
            "CREATE TABLE t " + columns,
            "ALTER TABLE t REPLICA IDENTITY FULL",
            "CREATE SCHEMA source",
            "CREATE TABLE source.t " + columns)) {
      for (String row : ROWS) {
        test.execute("INSERT INTO source.t VALUES (" + row + ")");
        test.execute("INSERT INTO t VALUES (" + row + ")");
      }
      Table table = test.table("t");
      var delete = test.publisher.begin();
      for (@Nullable String[] row : read(test)) {
        delete.delete(table, row);
      }
      delete.commit();
      test.startApplier();
      test.awaitApplied();
      assertThat(test.query("SELECT count(*) FROM t")).isEqualTo("0");
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  @Test
  void shouldRefuseAValueThatIsTooLongRatherThanCutIt() throws Exception {
    try (TestLink test =
        TestLink.create(
            "CREATE TABLE t (id int PRIMARY KEY, v varchar(3), b bit(3), c char(3))",
            "CREATE SCHEMA source",
            "CREATE TABLE source.t (id int PRIMARY KEY, v varchar(9), b bit(9), c char(9))")) {
      Table table = test.table("t");
      test.publisher.begin().insert(table, "1", "1234", "101", "abc").commit();
      TestLink.RunningApplier applier = test.startApplier();
      dev.duplex.lab.Await.until(
          "the refusal", TestLink.LIMIT, () -> applier.status().state() == ApplierState.FAILED);
      assertThat(applier.status().detail())
          .contains("APPLY_FAILED", "public.t (id)=(1)", "22001", "varying(3)");
    }
  }

  private static void assertSame(TestLink test) throws SQLException {
    assertThat(test.query("SELECT * FROM t ORDER BY id"))
        .isEqualTo(test.query("SELECT * FROM source.t ORDER BY id"));
    assertThat(test.query("SELECT n, n12, n40, i8 FROM t ORDER BY id"))
        .isEqualTo(test.query("SELECT n, n12, n40, i8 FROM source.t ORDER BY id"));
  }

  private static List<@Nullable String[]> read(TestLink test) throws SQLException {
    try (Connection connection = test.session();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM source.t ORDER BY id")) {
      List<@Nullable String[]> rows = new ArrayList<>();
      int count = row.getMetaData().getColumnCount();
      while (row.next()) {
        @Nullable String[] values = new String[count];
        for (int i = 0; i < count; i++) {
          values[i] = text(row, i + 1);
        }
        rows.add(values);
      }
      return rows;
    }
  }

  /** As the server prints it; the driver rewrites some types. */
  private static @Nullable String text(ResultSet row, int column) throws SQLException {
    String type = row.getMetaData().getColumnTypeName(column);
    String value = row.getString(column);
    return type.equals("bool") && value != null ? value.substring(0, 1) : value;
  }
}
