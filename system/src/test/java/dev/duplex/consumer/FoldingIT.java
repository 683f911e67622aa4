package dev.duplex.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random transactions on few rows: whatever is folded or replayed, the rows are the primary's. */
final class FoldingIT {
  private static final int ROUNDS = 12;
  private static final int IDS = 8;

  private record Row(String unique, @Nullable String value, String big) {}

  private final Map<Integer, Row> model = new TreeMap<>();
  private Random random = new Random(0);
  private int serial;

  @ParameterizedTest
  @ValueSource(longs = {1, 20, 300})
  void shouldEndAsThePrimary(long seed) throws Exception {
    System.out.println("seed " + seed);
    random = new Random(seed);
    try (TestLink test =
        TestLink.createWith(
            "apply: { max-group: { rows: 40 } }",
            "CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE NOT NULL, v text, big text)")) {
      Table table = test.table("t");
      test.startApplier();
      for (int round = 0; round < ROUNDS; round++) {
        int transactions = 1 + random.nextInt(12);
        test.publisher.inKafkaTransaction(
            () -> {
              for (int i = 0; i < transactions; i++) {
                TestPublisher.Transaction transaction = test.publisher.begin();
                int changes = 1 + random.nextInt(random.nextInt(20) == 0 ? 120 : 8);
                while (transaction.size() < changes) {
                  change(transaction, table);
                }
                transaction.send();
              }
            });
        test.awaitApplied();
        assertThat(test.query("SELECT * FROM t ORDER BY id"))
            .as("seed %d, round %d", seed, round)
            .isEqualTo(expected());
      }
      assertThat(test.checkpoint().totals().mismatches()).isZero();
    }
  }

  private String expected() {
    return model.entrySet().stream()
        .map(
            e ->
                "%d|%s|%s|%s"
                    .formatted(
                        e.getKey(), e.getValue().unique, e.getValue().value, e.getValue().big))
        .collect(Collectors.joining("\n"));
  }

  private void change(TestPublisher.Transaction transaction, Table table) {
    int id = random.nextInt(IDS);
    Row row = model.get(id);
    if (random.nextInt(60) == 0) {
      transaction.truncate(table);
      model.clear();
    } else if (row == null) {
      insert(transaction, table, id);
    } else {
      switch (random.nextInt(10)) {
        case 0, 1 -> delete(transaction, table, id);
        case 2 -> move(transaction, table, id, row);
        case 3, 4 -> swap(transaction, table, id, row);
        default -> update(transaction, table, id, row);
      }
    }
  }

  private void insert(TestPublisher.Transaction transaction, Table table, int id) {
    Row row = new Row(free(), value(), "big" + serial++);
    model.put(id, row);
    transaction.insert(table, Integer.toString(id), row.unique, row.value, row.big);
  }

  private void delete(TestPublisher.Transaction transaction, Table table, int id) {
    model.remove(id);
    transaction.delete(table, Integer.toString(id), null, null, null);
  }

  private void update(TestPublisher.Transaction transaction, Table table, int id, Row row) {
    boolean same = random.nextBoolean();
    Row changed = new Row(row.unique, value(), same ? row.big : "big" + serial++);
    model.put(id, changed);
    String big = same && random.nextBoolean() ? TestPublisher.UNCHANGED : changed.big;
    transaction.update(table, Integer.toString(id), changed.unique, changed.value, big);
  }

  private void move(TestPublisher.Transaction transaction, Table table, int id, Row row) {
    int to = random.nextInt(IDS);
    if (model.containsKey(to)) {
      return;
    }
    model.remove(id);
    model.put(to, row);
    String big = random.nextBoolean() ? TestPublisher.UNCHANGED : row.big;
    transaction.updateFrom(
        table,
        new @Nullable String[] {Integer.toString(id), null, null, null},
        Integer.toString(to),
        row.unique,
        row.value,
        big);
  }

  /** Two rows exchange a value that must be unique, by way of a third. */
  private void swap(TestPublisher.Transaction transaction, Table table, int id, Row row) {
    List<Integer> others = new ArrayList<>(model.keySet());
    int other = others.get(random.nextInt(others.size()));
    if (other == id) {
      return;
    }
    Row twin = model.getOrDefault(other, row);
    write(transaction, table, id, new Row(free(), row.value, row.big));
    write(transaction, table, other, new Row(row.unique, twin.value, twin.big));
    write(transaction, table, id, new Row(twin.unique, row.value, row.big));
  }

  private void write(TestPublisher.Transaction transaction, Table table, int id, Row row) {
    model.put(id, row);
    transaction.update(table, Integer.toString(id), row.unique, row.value, row.big);
  }

  private String free() {
    while (true) {
      String unique = "u" + random.nextInt(IDS * 2);
      if (model.values().stream().noneMatch(row -> row.unique.equals(unique))) {
        return unique;
      }
    }
  }

  private @Nullable String value() {
    return random.nextInt(4) == 0 ? null : "v" + serial++;
  }
}
