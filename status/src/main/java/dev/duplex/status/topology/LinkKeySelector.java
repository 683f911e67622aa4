package dev.duplex.status.topology;

import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Gives each record the name of its link as key, so that one task gets all of a link; and shows
 * each of these tasks that this one lives and keeps up, so that they know whose silence it is.
 */
final class LinkKeySelector implements Processor<byte[], byte[], byte[], byte[]> {
  private static final byte[] NOTHING = {};

  private final MonitorEnvironment environment;
  private final Punctuation beating = new Punctuation();
  private @Nullable ProcessorContext<byte[], byte[]> context;

  LinkKeySelector(MonitorEnvironment environment) {
    this.environment = environment;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> newContext) {
    context = newContext;
    // Every topic has one partition, so one task reads them all.
    if (newContext.taskId().partition() == 0) {
      beating.restart(
          () ->
              newContext.schedule(
                  Duration.ofNanos(UpstreamHeartbeat.BEAT_NANOS),
                  PunctuationType.WALL_CLOCK_TIME,
                  millis -> beat(newContext, millis)));
    }
  }

  @Override
  public void close() {
    beating.end();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (context == null || record.value() == null) {
      return;
    }
    context
        .recordMetadata()
        .ifPresent(
            from -> {
              RecordHeaders headers = new RecordHeaders(record.headers());
              Source.ofTopic(from.topic()).mark(headers);
              byte[] link = FeedKey.link(Source.link(from.topic()));
              forward(record.withKey(link).withHeaders(headers));
            });
  }

  private void forward(Record<byte[], byte[]> record) {
    if (context != null) {
      context.forward(record);
    }
  }

  private void beat(ProcessorContext<byte[], byte[]> to, long millis) {
    if (!environment.keepsUp()) {
      return;
    }
    for (int partition = 0; partition < MonitorTopology.PARTITIONS; partition++) {
      RecordHeaders headers = new RecordHeaders();
      Source.BEAT.mark(headers);
      to.forward(new Record<>(FeedKey.beat(partition), NOTHING, millis, headers));
    }
  }
}
