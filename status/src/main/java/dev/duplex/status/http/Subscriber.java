package dev.duplex.status.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.jspecify.annotations.Nullable;

/**
 * One who gets events. While it does not read what it was sent nothing more is sent, and nothing is
 * kept for it but its place and the newest document, which all share. Nobody waits for it: the
 * connection is ended when it has stood still for too long.
 */
final class Subscriber extends IteratingCallback {
  private final EventMemory memory;
  private final Response response;
  private final Callback callback;
  private final Consumer<Subscriber> ended;
  private final AtomicReference<byte @Nullable []> offered = new AtomicReference<>();
  private volatile boolean closing;

  // Those below belong to process(), which is never run twice at a time.
  private long place;
  private byte @Nullable [] following;

  /**
   * Sends nothing yet.
   *
   * @param place after which event it goes on
   * @param ended is told when it is gone
   */
  Subscriber(
      EventMemory memory,
      long place,
      Response response,
      Callback callback,
      Consumer<Subscriber> ended) {
    this.memory = memory;
    this.place = place;
    this.response = response;
    this.callback = callback;
    this.ended = ended;
  }

  /** Sends a document after the events so far, unless a newer one comes before it can. */
  void offer(byte[] document) {
    offered.set(document);
    iterate();
  }

  /** Ends the answer, if it stands not still. */
  void end() {
    closing = true;
    iterate();
  }

  @Override
  protected Action process() {
    byte[] document = following;
    if (document != null) {
      following = null;
      response.write(false, ByteBuffer.wrap(document).asReadOnlyBuffer(), this);
      return Action.SCHEDULED;
    }
    if (closing) {
      return Action.SUCCEEDED;
    }
    following = offered.getAndSet(null);
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    place = memory.next(place, first);
    if (following != null) {
      first.writeBytes(("id: " + memory.id(place) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    if (first.size() == 0) {
      return Action.IDLE;
    }
    response.write(false, ByteBuffer.wrap(first.toByteArray()), this);
    return Action.SCHEDULED;
  }

  @Override
  protected void onCompleteSuccess() {
    ended.accept(this);
    callback.succeeded();
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    ended.accept(this);
    callback.failed(cause);
  }
}
