package dev.duplex.admin.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.table.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class RowMergeTest {
  private static final TableId TABLE = new TableId("public", "t");
  private static final RowOrder BY_ID = new RowOrder(List.of(new RowOrder.Part(0, true)), 0);
  private static final RowOrder WHOLE_ROW = new RowOrder(List.of(new RowOrder.Part(0, false)), 1);

  @Test
  void shouldFindNothingInEqualTables() throws Exception {
    TableResult result = merge(List.of("9\ta", "10\tb"), List.of("9\ta", "10\tb"));
    assertThat(result.identical()).isTrue();
    assertThat(result.rowsPrimary()).isEqualTo(2);
  }

  @Test
  void shouldNameTheColumnsThatDiffer() throws Exception {
    TableResult result = merge(List.of("1\ta\\tb", "2\t\\N"), List.of("1\ta\\tc", "2\tx"));
    assertThat(result.differing()).isEqualTo(2);
    assertThat(result.first().get(0).key()).isEqualTo("id='1'");
    assertThat(result.first().get(0).columns())
        .containsExactly(new RowDifference.ColumnDifference("v", "'a\\tb'", "'a\\tc'"));
    assertThat(result.first().get(1).columns())
        .containsExactly(new RowDifference.ColumnDifference("v", "NULL", "'x'"));
  }

  @Test
  void shouldTellMissingFromExtra() throws Exception {
    TableResult result = merge(List.of("1\ta", "3\tc"), List.of("2\tb", "3\tc", "4\td"));
    assertThat(result.missing()).isEqualTo(1);
    assertThat(result.extra()).isEqualTo(2);
    assertThat(result.first())
        .extracting(RowDifference::kind)
        .containsExactly(
            RowDifference.Kind.MISSING, RowDifference.Kind.EXTRA, RowDifference.Kind.EXTRA);
  }

  @Test
  void shouldCountRepeatedRowsOfAKeylessTable() throws Exception {
    List<String> primary = List.of("(1)\t1\tx", "(1)\t1\tx", "(2)\t2\ty");
    List<String> secondary = List.of("(1)\t1\tx", "(2)\t2\ty", "(2)\t2\ty");
    TableResult result =
        new RowMerge(TABLE, List.of("id", "v"), List.of(), WHOLE_ROW, 10, rows -> {})
            .run(source(WHOLE_ROW, primary), source(WHOLE_ROW, secondary));
    assertThat(result.missing()).isEqualTo(1);
    assertThat(result.extra()).isEqualTo(1);
    assertThat(result.first().get(0).key()).isEqualTo("id='1', v='x'");
  }

  @Test
  void shouldNameNoMoreThanItsLimit() throws Exception {
    List<String> rows = new ArrayList<>();
    for (int id = 0; id < 30; id++) {
      rows.add(id + "\tx");
    }
    TableResult result = merge(rows, List.of());
    assertThat(result.missing()).isEqualTo(30);
    assertThat(result.first()).hasSize(10);
  }

  @Test
  void shouldAgreeWithASimpleCount() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      Map<Integer, Integer> left = rows(random);
      Map<Integer, Integer> right = rows(random);
      TableResult result = merge(lines(left), lines(right));
      long both = left.keySet().stream().filter(right::containsKey).count();
      long same = left.entrySet().stream().filter(right.entrySet()::contains).count();
      assertThat(result.differing()).as("seed %d", seed).isEqualTo(both - same);
      assertThat(result.missing()).as("seed %d", seed).isEqualTo(left.size() - both);
      assertThat(result.extra()).as("seed %d", seed).isEqualTo(right.size() - both);
    }
  }

  @Test
  void shouldOrderTextByItsBytesNotByItsEscapes() {
    RowOrder order = new RowOrder(List.of(new RowOrder.Part(0, false)), 1);
    List<String> inOrder = Arrays.asList("\\t\tx", " \tx", "A\tx", "\\\\\tx", "a\tx", "é\tx");
    List<SortedRow> rows = new ArrayList<>();
    inOrder.forEach(line -> rows.add(order.row(bytes(line))));
    List<SortedRow> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(1));
    shuffled.sort(order);
    assertThat(shuffled).isEqualTo(rows);
  }

  private static Map<Integer, Integer> rows(Random random) {
    Map<Integer, Integer> rows = new TreeMap<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      rows.put(random.nextInt(25) - 5, random.nextInt(2));
    }
    return rows;
  }

  private static List<String> lines(Map<Integer, Integer> rows) {
    return rows.entrySet().stream().map(row -> row.getKey() + "\t" + row.getValue()).toList();
  }

  private static TableResult merge(List<String> primary, List<String> secondary) throws Exception {
    return new RowMerge(TABLE, List.of("id", "v"), List.of("id"), BY_ID, 10, rows -> {})
        .run(source(BY_ID, primary), source(BY_ID, secondary));
  }

  private static RowSource source(RowOrder order, List<String> lines) {
    Iterator<String> rows = lines.iterator();
    return () -> rows.hasNext() ? order.row(bytes(rows.next())) : null;
  }

  private static byte[] bytes(String line) {
    return (line + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
