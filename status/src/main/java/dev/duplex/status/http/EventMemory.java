package dev.duplex.status.http;

import dev.duplex.status.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last events as they are sent, numbered, so that a subscriber that comes back goes on where it
 * was. All subscribers read from here; none has a queue of its own. Thread-safe.
 */
final class EventMemory {
  private static final int MAX_EVENTS = 500;
  private static final int MAX_BYTES = 1 << 20;
  private static final int BATCH_BYTES = 32 << 10;

  private static final class Frame {
    private final long number;
    private final byte[] bytes;

    private Frame(long number, byte[] bytes) {
      this.number = number;
      this.bytes = bytes;
    }
  }

  private final String name = name();
  private final Pattern id = Pattern.compile(name + "-([0-9]{1,18})");
  private final Deque<Frame> frames = new ArrayDeque<>();
  private long newest;
  private int size;

  private static String name() {
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  synchronized void add(String type, Map<String, ?> event) {
    newest++;
    byte[] bytes = frame(id(newest), type, Json.bytes(event));
    frames.addLast(new Frame(newest, bytes));
    size += bytes.length;
    while (frames.size() > MAX_EVENTS || size > MAX_BYTES) {
      size -= frames.removeFirst().bytes.length;
    }
  }

  /** Which event was sent last, for the field {@code id}. */
  String id(long number) {
    return name + "-" + number;
  }

  /**
   * After which event a subscriber goes on.
   *
   * @param lastId what it has got last, if it comes back; what is not from here means all
   */
  synchronized long start(@Nullable String lastId) {
    if (lastId == null || lastId.isBlank()) {
      return newest;
    }
    long oldest = newest - frames.size();
    Matcher matcher = id.matcher(lastId);
    return matcher.matches()
        ? Math.min(newest, Math.max(oldest, Long.parseLong(matcher.group(1))))
        : oldest;
  }

  /**
   * Appends events that follow one, some of them if they are many.
   *
   * @return the number of the last one
   */
  synchronized long next(long after, ByteArrayOutputStream to) {
    long last = after;
    for (Frame frame : frames) {
      if (frame.number > after) {
        if (to.size() > 0 && to.size() + frame.bytes.length > BATCH_BYTES) {
          break;
        }
        to.writeBytes(frame.bytes);
        last = frame.number;
      }
    }
    return last;
  }

  private static byte[] frame(String id, String type, byte[] json) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(json.length + 64);
    frame.writeBytes(
        ("id: " + id + "\nevent: " + type + "\ndata: ").getBytes(StandardCharsets.UTF_8));
    frame.writeBytes(json);
    frame.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
    return frame.toByteArray();
  }
}
