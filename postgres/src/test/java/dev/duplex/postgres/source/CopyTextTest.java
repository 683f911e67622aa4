package dev.duplex.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Tuple;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CopyTextTest {
  @Test
  void shouldTellNullFromItsEscapedText() {
    Tuple tuple = read("\\N\t\\\\N\t\tN\t\\N\n");
    assertThat(tuple.size()).isEqualTo(5);
    assertThat(tuple.isNull(0)).isTrue();
    assertThat(tuple.isNull(1)).isFalse();
    assertThat(tuple.isNull(2)).isFalse();
    assertThat(tuple.isNull(3)).isFalse();
    assertThat(tuple.isNull(4)).isTrue();
  }

  @Test
  void shouldReadARowOfOneEmptyColumn() {
    assertThat(texts("\n", 1)).containsExactly("");
  }

  @Test
  void shouldReadWhatCopyEscapes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String alphabet = "a\\\b\f\n\r\t\u000BN\u00e9\u20ac";
    for (int run = 0; run < 2_000; run++) {
      List<String> values = new ArrayList<>();
      StringBuilder row = new StringBuilder();
      int columns = 1 + random.nextInt(5);
      for (int column = 0; column < columns; column++) {
        StringBuilder value = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
          value.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        values.add(value.toString());
        row.append(column == 0 ? "" : "\t").append(escaped(value.toString()));
      }
      assertThat(texts(row + "\n", columns)).as("seed %d, row %s", seed, row).isEqualTo(values);
    }
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\b", "\\b")
        .replace("\f", "\\f")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
        .replace("\u000B", "\\v");
  }

  private static Tuple read(String row) {
    Tuple tuple = new Tuple();
    CopyText.read(row.getBytes(StandardCharsets.UTF_8), tuple);
    return tuple;
  }

  /** Reads the texts back out of the row key, which has all columns as strings. */
  private static List<String> texts(String row, int columns) {
    List<Column> shape = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      shape.add(new Column("c" + column, SqlType.of("text"), true));
    }
    Table table = new Table(new TableId("public", "t"), shape, true);
    EnvelopeEncoder encoder =
        new EnvelopeEncoder(new Link("test"), new PrimaryIdentity("1", 1), "db", table);
    byte[] key = Objects.requireNonNull(encoder.key(read(row)));
    List<String> texts = new ArrayList<>();
    int position = 5;
    for (int column = 0; column < columns; column++) {
      position++; // the union's branch
      int length = key[position++] >> 1; // all lengths here are below 64
      texts.add(new String(key, position, length, StandardCharsets.UTF_8));
      position += length;
    }
    return texts;
  }
}
