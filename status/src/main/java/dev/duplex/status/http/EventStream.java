package dev.duplex.status.http;

import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.time.Time;
import dev.duplex.status.json.EventJson;
import dev.duplex.status.json.Json;
import dev.duplex.status.monitor.MonitorView;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the newest document and status events to those who stay connected (server-sent events,
 * WHATWG HTML). The document comes at once, when it changes, and every two seconds at least, which
 * is the sign of life; status events come in order, before the next document.
 *
 * <p>The monitor's threads only leave a mark here. One thread makes what is sent, once for all; the
 * writing is asynchronous.
 */
final class EventStream implements Request.Handler, MonitorView.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
  private static final int MAX_SUBSCRIBERS = 100;
  private static final long TICK_MILLIS = 100;
  private static final long CHANGE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_800);

  private final Supplier<Map<String, ?>> document;
  private final Time time;
  private final EventMemory memory = new EventMemory();
  private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(EventStream::thread);
  private volatile boolean changed;
  private volatile boolean added;

  // Those below belong to the ticking thread.
  private byte[] frame = new byte[0];
  private long madeNanos;
  private boolean failing;

  EventStream(Supplier<Map<String, ?>> document, Time time) {
    this.time = time;
    this.document = document;
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "duplex-events");
    thread.setDaemon(true);
    return thread;
  }

  void start() {
    var unused =
        ticks.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  int subscribers() {
    return subscribers.size();
  }

  @Override
  public void changed(String link) {
    changed = true;
  }

  @Override
  public void event(StatusEvent event) {
    memory.add("status", EventJson.map(event));
    added = true;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (HttpMethod.HEAD.is(request.getMethod())) {
      head(response);
      callback.succeeded();
      return true;
    }
    String lastId = request.getHeaders().get("Last-Event-ID");
    Subscriber subscriber =
        new Subscriber(memory, memory.start(lastId), response, callback, subscribers::remove);
    if (!admit(subscriber)) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, "5");
      return Answer.error(
              HttpStatus.SERVICE_UNAVAILABLE_503,
              "there are " + MAX_SUBSCRIBERS + " subscribers already; ask /api/links instead")
          .handle(request, response, callback);
    }
    head(response);
    try {
      ticks.execute(() -> greet(subscriber));
    } catch (RejectedExecutionException e) {
      subscriber.end(); // closed meanwhile
    }
    return true;
  }

  private static void head(Response response) {
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, Answer.NO_STORE);
  }

  private synchronized boolean admit(Subscriber subscriber) {
    return subscribers.size() < MAX_SUBSCRIBERS && subscribers.add(subscriber);
  }

  private void greet(Subscriber subscriber) {
    if (frame.length == 0 || time.nanos() - madeNanos >= CHANGE_NANOS) {
      make();
    }
    offer(subscriber);
  }

  private void offer(Subscriber subscriber) {
    if (frame.length > 0) {
      subscriber.offer(frame);
    } else {
      subscriber.iterate(); // status events are true all the same
    }
  }

  private void tick() {
    if (subscribers.isEmpty()) {
      return;
    }
    long age = time.nanos() - madeNanos;
    if (age >= LIFE_NANOS || (changed && age >= CHANGE_NANOS)) {
      added = false;
      make();
      subscribers.forEach(this::offer);
    } else if (added) {
      added = false;
      subscribers.forEach(Subscriber::iterate);
    }
  }

  private void make() {
    changed = false;
    madeNanos = time.nanos();
    try {
      byte[] json = Json.bytes(document.get());
      ByteArrayOutputStream made = new ByteArrayOutputStream(json.length + 32);
      made.writeBytes("event: links\ndata: ".getBytes(StandardCharsets.UTF_8));
      made.writeBytes(json);
      made.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
      frame = made.toByteArray();
      failing = false;
    } catch (RuntimeException e) {
      // What is sent must not look alive: nothing is better than what was true a while ago.
      frame = new byte[0];
      if (!failing) {
        LOG.error("the document of all links cannot be made: {}", e.toString(), e);
        failing = true;
      }
    }
  }

  /** Ends all answers, but those that stand still: these end with their connection. */
  @Override
  public void close() {
    ticks.shutdownNow();
    subscribers.forEach(Subscriber::end);
  }
}
