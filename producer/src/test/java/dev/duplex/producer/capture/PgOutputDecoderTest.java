package dev.duplex.producer.capture;

import static dev.duplex.producer.capture.PgOutputMessages.begin;
import static dev.duplex.producer.capture.PgOutputMessages.commit;
import static dev.duplex.producer.capture.PgOutputMessages.delete;
import static dev.duplex.producer.capture.PgOutputMessages.insert;
import static dev.duplex.producer.capture.PgOutputMessages.relation;
import static dev.duplex.producer.capture.PgOutputMessages.truncate;
import static dev.duplex.producer.capture.PgOutputMessages.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;

/** From pgoutput's bytes to encoded changes: the chain, and what is left out. */
class PgOutputDecoderTest {
  private static final long HEAD = 1_000;
  private static final int HEAD_TRANSACTION = 7;

  private final List<CapturedChange> changes = new ArrayList<>();

  @Test
  void shouldNumberChangesAndNameThePredecessor() throws Exception {
    decode(
        startAt(HEAD, 0, 0, HEAD + 1),
        relation(),
        begin(1_100, 8),
        insert("1", "a"),
        update("1", "2", "b"),
        delete("2"),
        commit(1_100),
        begin(1_200, 9),
        truncate(),
        commit(1_200));

    assertThat(changes).extracting(CapturedChange::order).containsExactly(1L, 2L, 3L, 1L);
    assertThat(texts("op")).containsExactly("c", "u", "d", "t");
    assertThat(transactions("previous_position")).containsExactly(HEAD, HEAD, HEAD, 1_100L);
    assertThat(transactions("position")).containsExactly(1_100L, 1_100L, 1_100L, 1_200L);
    assertThat(transactions("count")).containsExactly(null, null, 3L, 1L);
    assertThat(texts("before"))
        .containsExactly(
            "null", "{\"id\": 1, \"name\": null}", "{\"id\": 2, \"name\": null}", "null");
    assertThat(texts("after"))
        .containsExactly(
            "{\"id\": 1, \"name\": \"a\"}", "{\"id\": 2, \"name\": \"b\"}", "null", "null");
    assertThat(changes.get(2).end())
        .isEqualTo(new TransactionEnd(1_100, 1_148, 8, 946_684_800_000_000L));
    assertThat(changes.get(0).end()).isNull();
    assertThat(changes.get(3).key()).isNull();
  }

  @Test
  void shouldSayWhichColumnsThePrimaryDidNotSend() throws Exception {
    decode(
        startAt(HEAD, 0, 0, HEAD + 1),
        relation(),
        begin(1_100, 8),
        update(null, "1", PgOutputMessages.UNCHANGED),
        commit(1_100));

    GenericRecord source = (GenericRecord) record(changes.get(0)).get("source");
    assertThat(source.get("unchanged")).hasToString("[name]");
    assertThat(texts("after")).containsExactly("{\"id\": 1, \"name\": null}");
  }

  @Test
  void shouldLeaveOutWhatIsPublished() throws Exception {
    decode(
        startAt(HEAD, 1_200, 2, HEAD - 500),
        relation(),
        begin(600, 5),
        insert("1", "published long ago"),
        commit(600),
        begin(HEAD, HEAD_TRANSACTION),
        insert("2", "the head"),
        commit(HEAD),
        begin(1_200, 8),
        insert("3", "published in part"),
        insert("4", "published in part"),
        insert("5", "new"),
        commit(1_200));

    assertThat(texts("after")).containsExactly("{\"id\": 5, \"name\": \"new\"}");
    assertThat(transactions("total_order")).containsExactly(3L);
    assertThat(transactions("count")).containsExactly(3L);
    assertThat(transactions("previous_position")).containsExactly(HEAD);
  }

  @Test
  void shouldIgnoreTransactionsWithoutChanges() throws Exception {
    decode(
        startAt(HEAD, 0, 0, HEAD + 1),
        relation(),
        begin(1_100, 8),
        commit(1_100),
        begin(1_200, 9),
        insert("1", "a"),
        commit(1_200));

    assertThat(transactions("previous_position")).containsExactly(HEAD);
  }

  @Test
  void shouldNoticeALogThatDoesNotHoldTheHead() {
    assertThatThrownBy(
            () ->
                decode(
                    startAt(HEAD, 0, 0, HEAD - 500),
                    relation(),
                    begin(1_100, 8),
                    insert("1", "of another history"),
                    commit(1_100)))
        .isInstanceOfSatisfying(
            HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CAPTURE_LOST))
        .hasMessageContaining("restored to an earlier point");
  }

  @Test
  void shouldNoticeAnotherTransactionInTheHeadsPlace() {
    assertThatThrownBy(
            () ->
                decode(
                    startAt(HEAD, 0, 0, HEAD - 500),
                    relation(),
                    begin(HEAD, HEAD_TRANSACTION + 1),
                    insert("1", "of another history"),
                    commit(HEAD),
                    begin(1_100, 9),
                    insert("2", "b"),
                    commit(1_100)))
        .isInstanceOf(HaltException.class);
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(
            () -> decode(startAt(HEAD, 0, 0, HEAD + 1), ByteBuffer.wrap(new byte[] {'?'})))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("kind ?");
  }

  private static CaptureStart startAt(long head, long cutPosition, long cutOrder, long slotStart) {
    return new CaptureStart(
        new Link("test"),
        new PrimaryIdentity("1", 1),
        "db",
        head,
        HEAD_TRANSACTION,
        cutPosition,
        cutOrder,
        slotStart);
  }

  private void decode(CaptureStart start, ByteBuffer... messages) throws Exception {
    TypeNames types =
        new TypeNames(
            oid ->
                new TypeNames.TypeName(
                    switch (oid) {
                      case 23 -> "integer";
                      case 25 -> "text";
                      default -> throw new AssertionError("type " + oid);
                    },
                    false));
    PgOutputDecoder decoder =
        new PgOutputDecoder(
            new Relations(start, types),
            new TransactionAssembler(start, Clock.systemUTC(), changes::add));
    for (ByteBuffer message : messages) {
      decoder.message(message);
    }
  }

  private List<String> texts(String field) throws Exception {
    List<String> values = new ArrayList<>();
    for (CapturedChange change : changes) {
      values.add(String.valueOf(record(change).get(field)));
    }
    return values;
  }

  private List<Object> transactions(String field) throws Exception {
    List<Object> values = new ArrayList<>();
    for (CapturedChange change : changes) {
      values.add(((GenericRecord) record(change).get("transaction")).get(field));
    }
    return values;
  }

  private static GenericRecord record(CapturedChange change) throws Exception {
    byte[] value = change.value();
    return new GenericDatumReader<GenericRecord>(change.table().schema().envelope())
        .read(
            null,
            DecoderFactory.get()
                .binaryDecoder(
                    value, WireFormat.HEADER_BYTES, value.length - WireFormat.HEADER_BYTES, null));
  }
}
