package dev.duplex.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.TestLink;
import dev.duplex.cli.TestLink.Output;
import org.junit.jupiter.api.Test;

final class CompareIT {
  @Test
  void shouldFindEqualTablesIdentical() throws Exception {
    TestLink link = new TestLink();
    link.onBoth(
        "CREATE TABLE numbers (a int, b bigint, v text, PRIMARY KEY (b, a))",
        "INSERT INTO numbers SELECT i, -i, repeat('x', i % 50) FROM generate_series(1, 20000) i",
        "CREATE TABLE words (w text, n int, c char(5), PRIMARY KEY (w, n), u numeric(9,2))",
        "INSERT INTO words SELECT chr(33 + i % 500) || E'\\t\\\\' || i, i, i % 7, i / 3.0"
            + " FROM generate_series(1, 2000) i",
        "CREATE TABLE empty (id int PRIMARY KEY)",
        "CREATE TABLE log (t timestamptz, d text)",
        "INSERT INTO log SELECT timestamptz '2026-01-01', NULL FROM generate_series(1, 5)",
        "CREATE TABLE parent (id int PRIMARY KEY)",
        "CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent)",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO child VALUES (1), (2)");
    assertThat(link.duplex("init").code()).isZero();
    Output output = link.duplex("compare");
    assertThat(output.code()).as(output.out() + output.err()).isZero();
    assertThat(output.out()).contains("IDENTICAL: 6 tables, 22,008 rows");
  }

  @Test
  void shouldNameTheDifferences() throws Exception {
    TestLink link = new TestLink();
    link.onBoth(
        "CREATE TABLE a (id int PRIMARY KEY, v text, w int)",
        "INSERT INTO a SELECT i, 'v' || i, i FROM generate_series(1, 3000) i",
        "CREATE TABLE log (v text)",
        "INSERT INTO log VALUES ('x'), ('x'), ('y')",
        "CREATE TABLE gone (id int PRIMARY KEY)");
    assertThat(link.duplex("init").code()).isZero();
    link.onSecondary(
        "UPDATE a SET v = 'other', w = NULL WHERE id = 10",
        "DELETE FROM a WHERE id = 2000",
        "INSERT INTO a VALUES (3001, 'extra', 0)",
        "DELETE FROM log WHERE ctid = (SELECT min(ctid) FROM log WHERE v = 'x')",
        "DROP TABLE gone");
    Output output = link.duplex("compare");
    assertThat(output.code()).isEqualTo(3);
    assertThat(output.out())
        .contains("public.a: DIFFERENT: 1 differing, 1 missing, 1 extra")
        .contains("row id='10' differs: v 'v10' / 'other'; w '10' / NULL")
        .contains("row id='2000' is missing on the secondary")
        .contains("row id='3001' is on the secondary only")
        .contains("row v='x' is missing on the secondary")
        .contains("public.gone: DIFFERENT: missing on the secondary")
        .contains("DIFFERENT: 3 of 3 tables");
    Output json = link.duplex("compare", "--json");
    assertThat(json.code()).isEqualTo(3);
    assertThat(json.out()).contains("\"identical\":false").contains("\"kind\":\"missing\"");
  }

  @Test
  void shouldSayWhenThereIsNoLink() throws Exception {
    TestLink link = new TestLink();
    Output output = link.duplex("compare");
    assertThat(output.code()).isEqualTo(1);
    assertThat(output.err()).contains("run 'duplex init' first");
  }
}
