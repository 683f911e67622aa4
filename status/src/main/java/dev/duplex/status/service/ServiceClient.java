package dev.duplex.status.service;

import dev.duplex.config.ConfigException;
import dev.duplex.config.HostPort;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.schemas.time.Loop;
import dev.duplex.schemas.time.Loops;
import dev.duplex.schemas.time.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks producers and consumers how they are, each once a second, and keeps what they said last.
 * Waits a second for an answer at most; one that is older than three seconds counts no more.
 *
 * <p>{@link #reports} may be called by any thread and never waits.
 */
public final class ServiceClient implements Loop, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceClient.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final int REPORT_BYTES = 64 << 10;

  private record Answer(ServiceReport report, long nanos) {}

  private record Holder(String link, Role role) {}

  private final Map<HostPort, HttpRequest> services = new LinkedHashMap<>();
  private final Time time;
  private final ExecutorService exchanges =
      Executors.newFixedThreadPool(2, task -> daemon(task, "duplex-services-http"));
  private final Map<HostPort, Answer> answers = new ConcurrentHashMap<>();
  private final Set<HostPort> silent = ConcurrentHashMap.newKeySet();
  private Loops.@Nullable Running running;
  private volatile boolean closed;
  private @Nullable HttpClient http;

  /**
   * Asks nobody yet.
   *
   * @throws ConfigException if an address cannot be asked
   */
  public ServiceClient(List<HostPort> services, Time time) {
    services.forEach(service -> this.services.put(service, request(service)));
    this.time = time;
  }

  private synchronized HttpClient http() {
    HttpClient known = http;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(ANSWER_LIMIT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .executor(exchanges)
              .build();
      http = known;
    }
    return known;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Begins to ask. */
  public void start(Loops loops) {
    if (!services.isEmpty()) {
      running = loops.start("duplex-services", this);
    }
  }

  @Override
  public long step() throws InterruptedException {
    if (closed) {
      return OVER;
    }
    try {
      ask();
    } catch (RuntimeException e) {
      LOG.error("asking the services of status.services failed: {}", e.toString());
    }
    return PERIOD.toNanos();
  }

  /** Asks each of them once and waits for the answers, a second at most. */
  public void ask() throws InterruptedException {
    Map<HostPort, CompletableFuture<HttpResponse<byte[]>>> asked = new LinkedHashMap<>();
    services.forEach(
        (service, request) ->
            asked.put(
                service, http().sendAsync(request, ignored -> new LimitedBody(REPORT_BYTES))));
    long end = time.nanos() + ANSWER_LIMIT.toNanos();
    for (Map.Entry<HostPort, CompletableFuture<HttpResponse<byte[]>>> each : asked.entrySet()) {
      take(each.getKey(), each.getValue(), end);
    }
  }

  /**
   * What was said last, one report for each link and role: of the one that has the role, if it can
   * be told, else of one that stands by.
   */
  public List<ServiceReport> reports() {
    Map<Holder, ServiceReport> reports = new LinkedHashMap<>();
    long now = time.nanos();
    for (HostPort service : services.keySet()) {
      Answer answer = answers.get(service);
      if (answer != null && now - answer.nanos <= FRESH_NANOS) {
        ServiceReport report = answer.report;
        reports.merge(new Holder(report.link(), report.role()), report, ServiceClient::holder);
      }
    }
    return List.copyOf(reports.values());
  }

  /** Of two that do not stand by, one does not know yet that the other has taken over. */
  private static ServiceReport holder(ServiceReport one, ServiceReport other) {
    if (one.isStandby() != other.isStandby()) {
      return one.isStandby() ? other : one;
    }
    return other.stateSeconds() < one.stateSeconds() ? other : one;
  }

  private static HttpRequest request(HostPort service) {
    try {
      return HttpRequest.newBuilder(URI.create("http://" + service + "/api/service"))
          .timeout(ANSWER_LIMIT)
          .build();
    } catch (IllegalArgumentException e) {
      throw ConfigException.of("status.services", service + " is not an address of HTTP");
    }
  }

  private void take(HostPort service, CompletableFuture<HttpResponse<byte[]>> asked, long end)
      throws InterruptedException {
    try {
      HttpResponse<byte[]> response =
          asked.get(Math.max(0, end - time.nanos()), TimeUnit.NANOSECONDS);
      if (response.statusCode() != 200) {
        throw new IOException("it answers with status " + response.statusCode());
      }
      answers.put(service, new Answer(ServiceJson.read(response.body()), time.nanos()));
      if (silent.remove(service)) {
        LOG.info("{} of status.services answers again", service);
      }
    } catch (TimeoutException e) {
      asked.cancel(true);
      fails(service, "no answer within " + ANSWER_LIMIT.toSeconds() + " s");
    } catch (ExecutionException e) {
      fails(service, why(e.getCause()));
    } catch (IOException e) {
      fails(service, String.valueOf(e.getMessage()));
    }
  }

  private static String why(@Nullable Throwable cause) {
    if (cause instanceof ConnectException) {
      return "nobody listens there";
    }
    return cause instanceof IOException
        ? String.valueOf(cause.getMessage())
        : String.valueOf(cause);
  }

  /** One line when it begins, not one for each try. */
  private void fails(HostPort service, String why) {
    if (silent.add(service)) {
      LOG.warn("{} of status.services cannot be asked: {}", service, why);
    }
  }

  /** Asks no more; what was said stays until it is too old. */
  @Override
  public void close() {
    closed = true;
    Loops.Running started = running;
    if (started != null) {
      started.stop();
    }
    exchanges.shutdownNow();
  }
}
