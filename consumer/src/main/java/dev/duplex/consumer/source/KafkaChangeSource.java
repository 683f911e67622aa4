package dev.duplex.consumer.source;

import dev.duplex.consumer.decode.ControlFormat;
import dev.duplex.consumer.decode.RecordFormat;
import dev.duplex.consumer.decode.RecordFormats;
import dev.duplex.consumer.decode.RowRecord;
import dev.duplex.kafka.KafkaSettings;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import dev.duplex.schemas.change.RowFormat;
import dev.duplex.schemas.control.ControlRecord;
import dev.duplex.schemas.failure.HaltException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The changes topic, decoded with the registry's schemas. A record of which the registry has not
 * told the schema yet stays the next one.
 */
public final class KafkaChangeSource implements ChangeSource {
  private final Link link;
  private final TopicReader topic;
  private final RecordFormats formats;
  private final TopicWatch watch;
  private final String topicId;
  private final ChangeReader reader = new ChangeReader();
  private final Change change = new Change();
  private boolean waiting;
  private @Nullable RecordFormat format;

  private KafkaChangeSource(
      Link link, TopicReader topic, RecordFormats formats, TopicWatch watch, String topicId) {
    this.link = link;
    this.topic = topic;
    this.formats = formats;
    this.watch = watch;
    this.topicId = topicId;
  }

  /**
   * A source that has not gone anywhere yet.
   *
   * @param formats closed by whoever made it
   * @param watch tells whether the topic still has the id; closed by whoever made it
   * @param topicId that the stored offset belongs to
   * @throws dev.duplex.schemas.failure.RetryException if no client can be made for now
   */
  public static KafkaChangeSource open(
      KafkaSettings settings, RecordFormats formats, TopicWatch watch, String topicId) {
    return new KafkaChangeSource(
        settings.link(), TopicReader.open(settings), formats, watch, topicId);
  }

  @Override
  public boolean isTopic() {
    return true;
  }

  @Override
  public String remedy() {
    return "If the missing part cannot be brought back, run 'duplex init --recopy'";
  }

  @Override
  public boolean isReady() {
    return watch.confirmed(topicId);
  }

  @Override
  public void seek(long offset, long applied) {
    topic.seek(offset);
    waiting = false;
  }

  @Override
  public boolean next(Duration wait) throws InterruptedException {
    if (!waiting && !topic.next(wait)) {
      return false;
    }
    waiting = true;
    byte[] value = topic.value();
    byte[] fingerprint = topic.fingerprint();
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

  @Override
  public long pauseNanos() {
    return waiting ? formats.pauseNanos() : 0;
  }

  @Override
  public boolean isAtEnd() {
    return !waiting && topic.isAtEnd();
  }

  @Override
  public long offset() {
    return topic.offset();
  }

  @Override
  public long resumeOffset() {
    return waiting ? topic.offset() : topic.nextOffset();
  }

  @Override
  public @Nullable RowFormat rowFormat() {
    return format instanceof RowRecord row ? row.format() : null;
  }

  @Override
  public Change change() {
    return change;
  }

  @Override
  public ControlRecord control() {
    byte[] value = topic.value();
    if (!(format instanceof ControlFormat control) || value == null) {
      throw new IllegalStateException("the record is no control record");
    }
    try {
      return control.read(value).orElseThrow(() -> unknown(control));
    } catch (IllegalArgumentException e) {
      throw foreign(String.valueOf(e.getMessage()));
    }
  }

  /** What comes behind it may rest on what it asks for. */
  private HaltException unknown(ControlFormat control) {
    return new HaltException(
        Reason.CHANGE_REJECTED,
        "offset %d of topic %s is a control record that this version does not know (%s): update"
                .formatted(topic.offset(), link.changesTopic(), control.writer().getName())
            + " Duplex beside the secondary; it goes on from here");
  }

  private HaltException foreign(String why) {
    return new HaltException(
        Reason.CHANGE_REJECTED,
        "offset %d of topic %s is no change of link %s (%s): find out who else writes to this topic"
                .formatted(topic.offset(), link.changesTopic(), link, why)
            + " and take away the right; then run 'duplex init --recopy'");
  }

  @Override
  public void close() {
    topic.close();
  }
}
