package dev.duplex.simulation.kafka;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** An answer that is asked for when somebody waits for it, so that the time passes there. */
class SimulatedFuture<T> extends KafkaFuture<T> {
  private final Connection connection;
  private final String name;
  private final Duration limit;
  private final Supplier<T> request;
  private @Nullable T answer;

  SimulatedFuture(Connection connection, String name, Duration limit, Supplier<T> request) {
    this.connection = connection;
    this.name = name;
    this.limit = limit;
    this.request = request;
  }

  /** What of an answer makes an exception. */
  T check(T given) {
    return given;
  }

  @Override
  public T get() throws ExecutionException {
    try {
      return answer(limit);
    } catch (KafkaException e) {
      throw new ExecutionException(e);
    }
  }

  @Override
  public T get(long wait, TimeUnit unit) throws ExecutionException, TimeoutException {
    Duration patience = Duration.ofNanos(unit.toNanos(wait));
    if (patience.compareTo(limit) >= 0) {
      return get();
    }
    try {
      return answer(patience);
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw (TimeoutException) new TimeoutException(name).initCause(e);
    } catch (KafkaException e) {
      throw new ExecutionException(e);
    }
  }

  private T answer(Duration patience) {
    if (answer == null) {
      answer = connection.call(name, patience, request);
    }
    return check(answer);
  }

  @Override
  public T getNow(T absent) {
    return answer == null ? absent : check(answer);
  }

  @Override
  public boolean isDone() {
    return answer != null;
  }

  @Override
  public CompletionStage<T> toCompletionStage() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <R> KafkaFuture<R> thenApply(BaseFunction<T, R> function) {
    throw new UnsupportedOperationException();
  }

  @Override
  public KafkaFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected boolean complete(T value) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected boolean completeExceptionally(Throwable e) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean cancel(boolean interrupt) {
    return false;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public boolean isCompletedExceptionally() {
    return false;
  }
}
