package dev.duplex.consumer;

import dev.duplex.consumer.decode.MarkerFormat;
import dev.duplex.consumer.decode.RecordFormat;
import dev.duplex.consumer.decode.RecordFormats;
import dev.duplex.consumer.decode.RowRecord;
import dev.duplex.consumer.source.ChangeSource;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.CopyMarker;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.failure.HaltException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The decoded records of the changes topic, one at a time. A record of which the registry has not
 * told the schema yet stays the next one. Owned by one thread.
 */
final class Feed {
  private final Link link;
  private final ChangeSource source;
  private final RecordFormats formats;
  private final ChangeReader reader = new ChangeReader();
  private final Change change = new Change();
  private boolean waiting;
  private @Nullable RecordFormat format;

  Feed(Link link, ChangeSource source, RecordFormats formats) {
    this.link = link;
    this.source = source;
    this.formats = formats;
  }

  void seek(long offset) {
    source.seek(offset);
    waiting = false;
  }

  /**
   * Moves to the next record.
   *
   * @param wait how long at most for one to arrive
   * @return false if there is none that could be decoded now
   * @throws HaltException if the record is none of ours
   */
  boolean next(Duration wait) throws InterruptedException {
    if (!waiting && !source.next(wait)) {
      return false;
    }
    waiting = true;
    byte[] value = source.value();
    byte[] fingerprint = source.fingerprint();
    if (value == null || fingerprint == null) {
      throw foreign(value == null ? "it has no value" : "it has no fingerprint of its schema");
    }
    try {
      RecordFormat found = formats.find(value, fingerprint);
      if (found instanceof RowRecord row) {
        reader.read(value, row.format(), change);
      }
      format = found;
    } catch (IllegalArgumentException e) {
      throw foreign(String.valueOf(e.getMessage()));
    }
    if (format == null) {
      return false;
    }
    waiting = false;
    return true;
  }

  /** Whether the last look has shown that nothing more is there. */
  boolean isAtEnd() {
    return !waiting && source.isAtEnd();
  }

  /** The record's offset. */
  long offset() {
    return source.offset();
  }

  /** Where to go on if everything up to here is applied. */
  long resumeOffset() {
    return waiting ? source.offset() : source.nextOffset();
  }

  /** The format of the row, if the record is a change. */
  @Nullable RowFormat rowFormat() {
    return format instanceof RowRecord row ? row.format() : null;
  }

  /** The change that the record is; valid until the next record. */
  Change change() {
    return change;
  }

  /** The marker that the record is, if it is no change. */
  CopyMarker marker() {
    byte[] value = source.value();
    if (!(format instanceof MarkerFormat marker) || value == null) {
      throw new IllegalStateException("the record is no marker");
    }
    try {
      return marker.read(value);
    } catch (IllegalArgumentException e) {
      throw foreign(String.valueOf(e.getMessage()));
    }
  }

  private HaltException foreign(String why) {
    return new HaltException(
        Reason.CHANGE_REJECTED,
        "offset %d of topic %s is no change of link %s (%s): find out who else writes to this topic"
                .formatted(source.offset(), link.changesTopic(), link, why)
            + " and take away the right; then run 'duplex init --recopy'");
  }
}
