package dev.duplex.consumer.decode;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Asks the registry for one schema at a time, in a loop that starts with the first question. The
 * owner leaves the question behind and comes back for the answer.
 */
final class SchemaLookup implements Loop, AutoCloseable {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Compared by identity: a question may be asked twice. */
  private static final class Question {
    private final int id;
    private final byte[] fingerprint;

    private Question(int id, byte[] fingerprint) {
      this.id = id;
      this.fingerprint = fingerprint;
    }

    boolean is(int otherId, byte[] otherFingerprint) {
      return id == otherId && Arrays.equals(fingerprint, otherFingerprint);
    }
  }

  private record Answer(
      Question question, @Nullable Schema schema, @Nullable RuntimeException failure) {}

  private final SchemaRegistry registry;
  private final Loops loops;
  private volatile @Nullable Question question;
  private volatile @Nullable Answer answer;
  private Loops.@Nullable Running running;

  SchemaLookup(SchemaRegistry registry, Loops loops) {
    this.registry = registry;
    this.loops = loops;
  }

  /**
   * The schema, or null if it is not known yet. Another question replaces the one before, which may
   * be left from another place of the topic.
   *
   * @throws RuntimeException what the registry has thrown; the next call asks it again
   */
  @Nullable Schema ask(int id, byte[] fingerprint) {
    Question asked = question;
    if (asked == null || !asked.is(id, fingerprint)) {
      question = new Question(id, fingerprint);
      begin();
      return null;
    }
    Answer found = answer;
    if (found == null || found.question != asked) {
      return null;
    }
    question = null;
    answer = null;
    if (found.failure != null) {
      throw found.failure;
    }
    return found.schema;
  }

  private void begin() {
    if (running == null) {
      running = loops.start("duplex-consumer-registry", this);
    } else {
      running.wake();
    }
  }

  @Override
  public long step() {
    Question asked = question;
    Answer last = answer;
    if (asked == null || (last != null && last.question == asked)) {
      return IDLE_NANOS;
    }
    try {
      answer = new Answer(asked, registry.byId(asked.id, asked.fingerprint), null);
    } catch (RuntimeException e) {
      answer = new Answer(asked, null, e);
    }
    return 0;
  }

  @Override
  public void close() {
    if (running != null) {
      running.stop();
      running = null;
    }
  }
}
