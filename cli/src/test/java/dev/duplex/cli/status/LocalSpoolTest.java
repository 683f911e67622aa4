package dev.duplex.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.config.SpoolConfig;
import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.producer.spool.Spool;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.row.Tuple;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSpoolTest {
  private static final Link LINK = new Link("bank");
  private static final long MICROS = 1_790_000_000_123_456L;

  @TempDir private Path directory;

  private LocalSpool look() {
    return LocalSpool.look(directory.resolve(LINK.name()));
  }

  /** Transactions at 100 and 200 of one insert each. */
  private void spool() {
    EnvelopeEncoder accounts =
        new EnvelopeEncoder(
            LINK,
            new PrimaryIdentity("7001", 1),
            "bank",
            new Table(
                new TableId("public", "accounts"),
                List.of(new Column("id", SqlType.of("bigint"), true)),
                false));
    try (Spool spool = Spool.open(new SpoolConfig(directory, 1L << 30, 1L << 20), LINK)) {
      for (long position = 100; position <= 200; position += 100) {
        Tuple row = new Tuple();
        row.reset("7".getBytes(StandardCharsets.UTF_8));
        row.addText(0, 1);
        TransactionStamp stamp =
            TransactionStamp.of(position, position, position - 100, MICROS + position);
        byte[] value = accounts.change(Operation.CREATE, stamp, 0, 1, 1, null, row);
        value = EnvelopeEncoder.withCount(value, accounts.countOffset(), 1);
        spool.append(
            accounts.schema(),
            value,
            position,
            new TransactionEnd(position, position + 8, position, MICROS + position));
      }
      spool.commit(208);
    }
  }

  @Test
  void shouldTellOfNoDiffFiles() {
    assertThat(look().isEmpty()).isTrue();
    assertThat(look().asMap()).isNull();
    assertThat(look().line()).isEqualTo("none on this machine");
  }

  @Test
  void shouldTellWhatDiffFilesHold() {
    spool();
    assertThat(look().isEmpty()).isFalse();
    assertThat(look().line())
        .startsWith("2 transactions, 2 changes from 0/64 to 0/C8 in ")
        .endsWith("the oldest was committed 2026-09-21T14:13:20.123556Z");
    assertThat(look().asMap())
        .containsEntry("damage", null)
        .containsEntry("firstPosition", "0/64")
        .containsEntry("lastPosition", "0/C8")
        .containsEntry("transactions", 2L)
        .containsEntry("changes", 2L);
  }

  @Test
  void shouldTellThatDiffFilesCannotBeRead() throws IOException {
    spool();
    Files.delete(directory.resolve(LINK.name()).resolve("head"));
    assertThat(look().isEmpty()).isFalse();
    assertThat(look().line()).startsWith("cannot be read: ");
    assertThat(look().asMap()).containsEntry("transactions", null).containsKey("damage");
  }
}
