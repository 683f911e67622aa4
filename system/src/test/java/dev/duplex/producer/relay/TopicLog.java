package dev.duplex.producer.relay;

import dev.duplex.lab.KafkaBroker;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** The file of a topic's only segment, while its broker does not run. */
final class TopicLog {
  private static final int BATCH_OVERHEAD = 12; // its first offset and its length
  private static final int ATTRIBUTES = 21;
  private static final int IS_CONTROL = 0x20;

  private TopicLog() {}

  /** Cuts off the last batch, which must be a marker: that of a transaction's commit. */
  static void cutOffMarker(KafkaBroker broker, String topic) throws IOException {
    Path segment = broker.directory().resolve("data/" + topic + "-0/00000000000000000000.log");
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      long position = 0;
      long last = 0;
      while (position < file.length()) {
        last = position;
        file.seek(position + Long.BYTES);
        position += BATCH_OVERHEAD + file.readInt();
      }
      if (position != file.length()) {
        throw new EOFException(segment + " ends within a batch");
      }
      file.seek(last + ATTRIBUTES);
      if ((file.readShort() & IS_CONTROL) == 0) {
        throw new IllegalStateException("the last batch of " + segment + " is no marker");
      }
      file.setLength(last);
    }
  }
}
