package dev.duplex.producer.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.database.source.TableListener;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.row.Operation;
import dev.duplex.schemas.table.Column;
import dev.duplex.schemas.table.SqlType;
import dev.duplex.schemas.table.Table;
import dev.duplex.schemas.table.TableId;
import dev.duplex.schemas.time.Time;
import dev.duplex.schemas.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From what the log says to encoded changes: the chain, and what is left out. */
class TransactionAssemblerTest {
  private static final long HEAD = 1_000;
  private static final long HEAD_TRANSACTION = 7;
  private static final Table TABLE =
      new Table(
          new TableId("s", "t"),
          List.of(
              new Column("id", SqlType.of("bigint"), true),
              new Column("name", SqlType.of("text"), false)),
          false);

  private final List<CapturedChange> changes = new ArrayList<>();
  private @Nullable TransactionAssembler assembler;
  private @Nullable TableListener table;

  @Test
  void shouldNumberChangesAndNameThePredecessor() throws Exception {
    start(HEAD, 0, 0, HEAD + 1);
    begin(1_100, 8);
    insert(1, "a");
    table().change(Operation.UPDATE, new TestRow(1L, null), new TestRow(2L, "b"));
    table().change(Operation.DELETE, new TestRow(2L, null), null);
    commit(1_100);
    begin(1_200, 9);
    table().change(Operation.TRUNCATE, null, null);
    commit(1_200);

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
    assertThat(changes.get(2).end()).isEqualTo(new TransactionEnd(1_100, 1_148, 8, 5));
    assertThat(changes.get(0).end()).isNull();
    assertThat(changes.get(3).key()).isNull();
  }

  @Test
  void shouldNumberTheChangesOfEachTable() throws Exception {
    start(HEAD, 0, 0, HEAD + 1);
    TableListener other =
        assembler().table(new Table(new TableId("s", "u"), TABLE.columns(), false));
    begin(1_100, 8);
    insert(1, "a");
    other.change(Operation.CREATE, null, new TestRow(1L, "x"));
    insert(2, "b");
    commit(1_100);
    begin(1_200, 9);
    insert(3, "c");
    commit(1_200);

    assertThat(transactions("data_collection_order")).containsExactly(1L, 1L, 2L, 1L);
    assertThat(transactions("total_order")).containsExactly(1L, 2L, 3L, 1L);
  }

  @Test
  void shouldHoldTheLastChangeBackUntilTheCommit() {
    start(HEAD, 0, 0, HEAD + 1);
    begin(1_100, 8);
    insert(1, "a");
    assertThat(changes).isEmpty();
    insert(2, "b");
    assertThat(changes).hasSize(1);
    assertThat(assembler().inTransaction()).isTrue();
    commit(1_100);
    assertThat(changes).hasSize(2);
    assertThat(assembler().inTransaction()).isFalse();
  }

  @Test
  void shouldLeaveOutWhatIsPublished() throws Exception {
    start(HEAD, 1_200, 2, HEAD - 500);
    begin(600, 5);
    insert(1, "published long ago");
    commit(600);
    begin(HEAD, HEAD_TRANSACTION);
    insert(2, "the head");
    commit(HEAD);
    begin(1_200, 8);
    insert(3, "published in part");
    insert(4, "published in part");
    insert(5, "new");
    commit(1_200);

    assertThat(texts("after")).containsExactly("{\"id\": 5, \"name\": \"new\"}");
    assertThat(transactions("total_order")).containsExactly(3L);
    assertThat(transactions("count")).containsExactly(3L);
    assertThat(transactions("previous_position")).containsExactly(HEAD);
  }

  @Test
  void shouldIgnoreTransactionsWithoutChanges() throws Exception {
    start(HEAD, 0, 0, HEAD + 1);
    begin(1_100, 8);
    commit(1_100);
    begin(1_200, 9);
    insert(1, "a");
    commit(1_200);

    assertThat(transactions("previous_position")).containsExactly(HEAD);
  }

  @Test
  void shouldLeaveTheFirstPredecessorOpenIfTheHeadIsUnknown() throws Exception {
    assembler =
        new TransactionAssembler(
            CaptureStart.ofUnknown(new Link("test"), new PrimaryIdentity("1", 1), "db", 500),
            Time.system(),
            changes::add);
    table = assembler.table(TABLE);
    begin(600, 5);
    insert(1, "a");
    commit(600);
    begin(700, 6);
    insert(2, "b");
    commit(700);

    assertThat(transactions("previous_position")).containsExactly(null, 600L);
  }

  @Test
  void shouldNoticeALogThatDoesNotHoldTheHead() {
    start(HEAD, 0, 0, HEAD - 500);
    begin(1_100, 8);
    assertThatThrownBy(() -> insert(1, "of another history"))
        .isInstanceOfSatisfying(
            HaltException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CAPTURE_LOST))
        .hasMessageContaining("restored to an earlier point");
  }

  @Test
  void shouldNoticeAnotherTransactionInTheHeadsPlace() {
    start(HEAD, 0, 0, HEAD - 500);
    begin(HEAD, HEAD_TRANSACTION + 1);
    insert(1, "of another history");
    commit(HEAD);
    begin(1_100, 9);
    assertThatThrownBy(() -> insert(2, "b")).isInstanceOf(HaltException.class);
  }

  @Test
  void shouldRefuseAChangeOutsideOfATransaction() {
    start(HEAD, 0, 0, HEAD + 1);
    assertThatThrownBy(() -> insert(1, "a")).isInstanceOf(IllegalStateException.class);
  }

  private void start(long head, long cutPosition, long cutOrder, long slotStart) {
    assembler =
        new TransactionAssembler(
            new CaptureStart(
                new Link("test"),
                new PrimaryIdentity("1", 1),
                "db",
                head,
                HEAD_TRANSACTION,
                cutPosition,
                cutOrder,
                slotStart),
            Time.system(),
            changes::add);
    table = assembler.table(TABLE);
  }

  private TransactionAssembler assembler() {
    return Objects.requireNonNull(assembler);
  }

  private TableListener table() {
    return Objects.requireNonNull(table);
  }

  private void begin(long position, long transactionId) {
    assembler().begin(transactionId, position, 5);
  }

  private void insert(long id, String name) {
    table().change(Operation.CREATE, null, new TestRow(id, name));
  }

  private void commit(long position) {
    assembler().commit(position, position + 48);
  }

  private List<String> texts(String field) throws Exception {
    List<String> values = new ArrayList<>();
    for (CapturedChange change : changes) {
      values.add(String.valueOf(record(change).get(field)));
    }
    return values;
  }

  private List<@Nullable Object> transactions(String field) throws Exception {
    List<@Nullable Object> values = new ArrayList<>();
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
