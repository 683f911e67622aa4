package dev.duplex.cli.diff;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplex.cli.Main;
import dev.duplex.config.SpoolConfig;
import dev.duplex.producer.capture.TransactionEnd;
import dev.duplex.producer.spool.DiffFileSummary;
import dev.duplex.producer.spool.DiffFiles;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  private static final Link LINK = new Link("bank");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final EnvelopeEncoder accounts =
      new EnvelopeEncoder(
          LINK,
          new PrimaryIdentity("7001", 1),
          "bank",
          new Table(
              new TableId("public", "accounts"),
              List.of(
                  new Column("id", SqlType.of("bigint"), true),
                  new Column("owner name", SqlType.of("text"), false),
                  new Column("since", SqlType.of("date"), false)),
              false));

  @TempDir private Path directory;

  /** Two files: transactions at 100, 200, 300 of one insert each, then 400 of an update. */
  @BeforeEach
  void spoolTransactions() {
    SpoolConfig config = new SpoolConfig(directory, 1L << 30, 1L << 20);
    try (Spool spool = Spool.open(config, LINK)) {
      for (long position = 100; position <= 300; position += 100) {
        append(spool, Operation.CREATE, position);
        spool.commit(position + 8);
      }
    }
    try (Spool spool = Spool.open(config, LINK)) {
      append(spool, Operation.UPDATE, 400);
      spool.commit(408);
    }
  }

  private void append(Spool spool, Operation operation, long position) {
    String text = position + "Ada" + "2026-01-31";
    Tuple row = new Tuple();
    row.reset(text.getBytes(StandardCharsets.UTF_8));
    row.addText(0, 3);
    row.addText(3, 3);
    row.addText(6, 10);
    TransactionStamp stamp =
        TransactionStamp.of(position, position, position - 100, 1_790_000_000_123_456L);
    byte[] value = accounts.change(operation, stamp, 0, 1, 1, null, row);
    value = EnvelopeEncoder.withCount(value, accounts.countOffset(), 1);
    spool.append(
        accounts.schema(),
        value,
        position,
        new TransactionEnd(position, position + 8, position, 1_790_000_000_123_456L));
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private List<JsonNode> json() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(new ObjectMapper().readTree(line));
    }
    return lines;
  }

  private Path path() {
    return directory.resolve("bank");
  }

  private Path file(int index) {
    return DiffFiles.in(path()).list().stream().map(DiffFileSummary::path).toList().get(index);
  }

  private static void flip(Path path, long fromEnd) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(file.length() - fromEnd);
      int value = file.read();
      file.seek(file.length() - fromEnd);
      file.write(value ^ 4);
    }
  }

  @Test
  void shouldListFiles() throws IOException {
    assertThat(run("diff", "list", "--json", path().toString())).isZero();
    assertThat(json()).hasSize(2);
    JsonNode first = json().get(0);
    assertThat(first.get("link").asText()).isEqualTo("bank");
    assertThat(first.get("firstPosition").asText()).isEqualTo("0/64");
    assertThat(first.get("lastPosition").asText()).isEqualTo("0/12C");
    assertThat(first.get("transactions").asLong()).isEqualTo(3);
    assertThat(first.get("tables").get(0).asText()).isEqualTo("public.accounts");
    assertThat(run("diff", "list", path().toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("0/64 to 0/12C", "3 transactions", "2026-09-21T");
  }

  @Test
  void shouldShowChangesOfADirectoryOrOfFiles() throws IOException {
    assertThat(run("diff", "show", path().toString())).isZero();
    assertThat(json()).hasSize(4);
    JsonNode last = json().get(3);
    assertThat(last.get("position").asText()).isEqualTo("0/190");
    assertThat(last.get("previousPosition").asText()).isEqualTo("0/12C");
    assertThat(last.get("op").asText()).isEqualTo("u");
    assertThat(last.get("before").isNull()).isTrue();
    assertThat(last.get("after").get("id").asLong()).isEqualTo(400);
    assertThat(last.get("after").get("owner name").asText()).isEqualTo("Ada");
    assertThat(last.get("after").get("since").asText()).isEqualTo("2026-01-31");
    assertThat(run("diff", "show", "--json", file(0).toString())).isZero();
    assertThat(json()).hasSize(3);
  }

  @Test
  void shouldFindTheDirectoryOfTheConfiguredLink() throws IOException {
    Path config = directory.resolve("duplex.yaml");
    Files.writeString(
        config,
        """
        link: bank
        primary: { jdbc-url: "jdbc:postgresql://localhost/a", username: a, tables: ["public.*"] }
        secondary: { jdbc-url: "jdbc:postgresql://localhost/b", username: b }
        kafka: { bootstrap.servers: "localhost:1" }
        registry: { url: "http://localhost:1" }
        spool: { directory: "%s" }
        """
            .formatted(directory));
    assertThat(run("diff", "show", "-c", config.toString())).isZero();
    assertThat(json()).hasSize(4);
    Files.writeString(config, Files.readString(config).replace("link: bank", "link: other"));
    assertThat(run("diff", "list", "-c", config.toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("no diff files");
  }

  @Test
  void shouldVerify() throws IOException {
    assertThat(run("diff", "verify", path().toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("sound: 4 transactions");
    flip(file(0), 30);
    assertThat(run("diff", "verify", path().toString())).isEqualTo(4);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("transactions after 0/C8 up to 0/12C", "damaged: 3 transactions");
    assertThat(run("diff", "verify", "--json", path().toString())).isEqualTo(4);
    JsonNode damage = json().get(0).get("damages").get(0);
    assertThat(damage.get("after").asText()).isEqualTo("0/C8");
    assertThat(damage.get("upTo").asText()).isEqualTo("0/12C");
    assertThat(run("diff", "show", path().toString())).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("HALTED (DIFF_FILE_DAMAGED)");
    assertThat(json()).hasSize(2);
    Path second = file(1);
    Files.delete(file(0));
    assertThat(run("diff", "verify", path().toString())).isEqualTo(4);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("missing", "from 0/64 up to 0/12C", "damaged: 1 transactions");
    assertThat(run("diff", "list", path().toString())).isEqualTo(4);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("missing", "from 0/64 up to 0/12C");
    assertThat(run("diff", "verify", second.toString())).isZero();
  }

  @Test
  void shouldSayWhatIsWrongWithTheCall() {
    assertThat(run("diff", "show", directory.resolve("nothing").toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is no file or directory");
    assertThat(run("diff", "list", path().toString(), file(0).toString())).isEqualTo(1);
    assertThat(run("diff")).isEqualTo(2);
    assertThat(run("diff", "list", "--wrong")).isEqualTo(2);
  }
}
