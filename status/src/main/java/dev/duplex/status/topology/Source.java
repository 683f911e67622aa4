package dev.duplex.status.topology;

import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** What a repartitioned record is, which a header says. */
enum Source {
  PROGRESS("progress"),
  STATUS("status"),
  BEAT("beat");

  private static final String HEADER = "duplex.monitor";

  private final String word;

  Source(String word) {
    this.word = word;
  }

  /** The topics of some links. */
  static Pattern topics(String links) {
    return Pattern.compile("(?:" + links + ")\\.(?:progress|status)");
  }

  static Source ofTopic(String topic) {
    return topic.endsWith(".progress") ? PROGRESS : STATUS;
  }

  static String link(String topic) {
    return topic.substring(0, topic.lastIndexOf('.'));
  }

  void mark(Headers headers) {
    headers.remove(HEADER);
    headers.add(HEADER, new byte[] {(byte) ordinal()});
  }

  static Source of(Headers headers) {
    Header header = headers.lastHeader(HEADER);
    if (header == null) {
      throw new IllegalArgumentException("no header " + HEADER);
    }
    return values()[header.value()[0]];
  }

  /** The topic that a record of a link came from. */
  String topic(String link) {
    return link + "." + word;
  }
}
