package dev.duplex.consumer.testing;

import dev.duplex.consumer.source.ChangeSource;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A topic in memory. */
public final class ListSource implements ChangeSource {
  private record Item(
      @Nullable RowFormat format, @Nullable Change change, @Nullable ControlRecord control) {}

  private final List<Item> items = new ArrayList<>();
  private final List<Duration> waits = new ArrayList<>();
  private int next;
  private boolean ready = true;

  /** More has come. */
  public void add(Changes table, Change change) {
    items.add(new Item(table.format(), change, null));
  }

  public void add(ControlRecord control) {
    items.add(new Item(null, null, control));
  }

  public void setReady(boolean newReady) {
    ready = newReady;
  }

  /** How long each call was willing to wait. */
  public List<Duration> waits() {
    return waits;
  }

  private Item current() {
    return items.get(next - 1);
  }

  @Override
  public boolean isTopic() {
    return true;
  }

  @Override
  public String remedy() {
    return "No remedy.";
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void seek(long offset, long applied) {
    next = (int) offset;
  }

  @Override
  public boolean next(Duration wait) {
    waits.add(wait);
    if (next == items.size()) {
      return false;
    }
    next++;
    return true;
  }

  @Override
  public boolean isAtEnd() {
    return next == items.size();
  }

  @Override
  public long offset() {
    return next - 1L;
  }

  @Override
  public long resumeOffset() {
    return next;
  }

  @Override
  public @Nullable RowFormat rowFormat() {
    return current().format;
  }

  @Override
  public Change change() {
    Change change = current().change;
    if (change == null) {
      throw new IllegalStateException("a control record");
    }
    return change;
  }

  @Override
  public ControlRecord control() {
    ControlRecord control = current().control;
    if (control == null) {
      throw new IllegalStateException("a change");
    }
    return control;
  }

  @Override
  public void close() {}
}
