package dev.duplex.producer.relay;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.row.EnvelopeSchema;
import dev.duplex.schemas.row.RowLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kafka transactions, remembered. */
final class RecordedTransactions implements KafkaTransactions {
  /** A change as it lies on the topic. */
  record Sent(long previous, long position, long order, long count) {}

  final List<List<Sent>> committed = new ArrayList<>();
  final List<Progress> progress = new ArrayList<>();
  private List<Sent> sent = new ArrayList<>();
  private boolean open;
  private long bytes;

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public long openBytes() {
    return bytes;
  }

  @Override
  public void change(EnvelopeSchema table, byte @Nullable [] key, byte[] value) {
    Change change = new Change();
    new ChangeReader().read(value, new RowFormat(RowLayout.of(table.envelope())), change);
    sent.add(
        new Sent(
            change.hasPreviousPosition() ? change.previousPosition() : -1,
            change.position(),
            change.order(),
            change.count()));
    bytes += value.length;
    open = true;
  }

  @Override
  public void progress(Progress now) {
    progress.add(now);
    open = true;
  }

  @Override
  public void commit() {
    committed.add(sent);
    sent = new ArrayList<>();
    bytes = 0;
    open = false;
  }

  /** Positions of all changes that were committed. */
  List<Long> positions() {
    return committed.stream().flatMap(List::stream).map(Sent::position).toList();
  }

  Progress head() {
    return progress.get(progress.size() - 1);
  }
}
