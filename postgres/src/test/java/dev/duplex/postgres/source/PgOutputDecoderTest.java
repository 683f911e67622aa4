package dev.duplex.postgres.source;

import static dev.duplex.postgres.source.PgOutputMessages.begin;
import static dev.duplex.postgres.source.PgOutputMessages.commit;
import static dev.duplex.postgres.source.PgOutputMessages.delete;
import static dev.duplex.postgres.source.PgOutputMessages.insert;
import static dev.duplex.postgres.source.PgOutputMessages.relation;
import static dev.duplex.postgres.source.PgOutputMessages.truncate;
import static dev.duplex.postgres.source.PgOutputMessages.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.database.source.LogListener;
import dev.duplex.database.source.TableListener;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.row.EnvelopeEncoder;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.row.SourceRow;
import dev.duplex.schemas.row.TransactionStamp;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From pgoutput's bytes to what the listener is given. */
class PgOutputDecoderTest {
  private final Recording said = new Recording();
  private final PgOutputDecoder decoder =
      new PgOutputDecoder(
          new Relations(
              new TypeNames(
                  oid ->
                      new TypeNames.TypeName(
                          switch (oid) {
                            case 23 -> "integer";
                            case 25 -> "text";
                            default -> throw new AssertionError("type " + oid);
                          },
                          false))));

  @Test
  void shouldGiveTransactionsWithTheirChanges() throws Exception {
    decode(
        relation(),
        begin(1_100, 8),
        insert("1", "a"),
        update("1", "2", "b"),
        delete("2"),
        commit(1_100),
        begin(1_200, 9),
        truncate(),
        commit(1_200));

    assertThat(said.lines)
        .containsExactly(
            "table s.t",
            "begin 8 at 1100, 946684800000000",
            "c null -> {\"id\": 1, \"name\": \"a\"}",
            "u {\"id\": 1, \"name\": null} -> {\"id\": 2, \"name\": \"b\"}",
            "d {\"id\": 2, \"name\": null} -> null",
            "commit 1100, end 1148",
            "begin 9 at 1200, 946684800000000",
            "t null -> null",
            "commit 1200, end 1248");
  }

  @Test
  void shouldSayWhichColumnsThePrimaryDidNotSend() throws Exception {
    decode(relation(), begin(1_100, 8), update(null, "1", PgOutputMessages.UNCHANGED));

    assertThat(said.lines).contains("u null -> {\"id\": 1, \"name\": null} without [name]");
  }

  @Test
  void shouldKeepTheListenerOfAShapeThatIsDescribedAgain() throws Exception {
    decode(relation(), begin(1_100, 8), insert("1", "a"), relation(), insert("2", "b"));

    assertThat(said.lines).filteredOn(line -> line.startsWith("table")).hasSize(1);
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(() -> decode(ByteBuffer.wrap(new byte[] {'?'})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("kind ?");
  }

  @Test
  void shouldRefuseChangesOfATableThatWasNotDescribed() {
    assertThatThrownBy(() -> decode(begin(1_100, 8), insert("1", "a")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("undescribed");
  }

  private void decode(ByteBuffer... messages) throws SQLException {
    for (ByteBuffer message : messages) {
      decoder.message(message, said);
    }
  }

  /** What the listener is given, one line each. */
  private static final class Recording implements LogListener {
    final List<String> lines = new ArrayList<>();

    @Override
    public TableListener table(Table shape) {
      lines.add("table " + shape.id());
      EnvelopeEncoder encoder =
          new EnvelopeEncoder(new Link("test"), new PrimaryIdentity("1", 1), "db", shape);
      return (operation, before, after) -> lines.add(line(encoder, operation, before, after));
    }

    @Override
    public void begin(long transactionId, long position, long commitMicros) {
      lines.add("begin " + transactionId + " at " + position + ", " + commitMicros);
    }

    @Override
    public void commit(long position, long end) {
      lines.add("commit " + position + ", end " + end);
    }

    private static String line(
        EnvelopeEncoder encoder,
        Operation operation,
        @Nullable SourceRow before,
        @Nullable SourceRow after) {
      TransactionStamp stamp = TransactionStamp.of(1, 1, 0L, 0);
      byte[] change = encoder.change(operation, stamp, 0, 1, 1, before, after);
      GenericRecord record = decode(encoder, change);
      String unchanged = ((GenericRecord) record.get("source")).get("unchanged").toString();
      return record.get("op")
          + " "
          + record.get("before")
          + " -> "
          + record.get("after")
          + (unchanged.equals("[]") ? "" : " without " + unchanged);
    }

    private static GenericRecord decode(EnvelopeEncoder encoder, byte[] change) {
      int header = WireFormat.HEADER_BYTES;
      try {
        return new GenericDatumReader<GenericRecord>(encoder.schema().envelope())
            .read(
                null,
                DecoderFactory.get().binaryDecoder(change, header, change.length - header, null));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
