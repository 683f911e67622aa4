package dev.duplex.simulation.kafka;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes a client of one that has only those of its methods that Duplex calls. */
final class Partial implements InvocationHandler {
  private static final Map<Method, Optional<Method>> FOUND = new HashMap<>();

  private final Object target;

  private Partial(Object target) {
    this.target = target;
  }

  /** An implementation of an interface by the target's public methods of the same signatures. */
  static <T> T of(Class<T> type, Object target) {
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Partial(target)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Optional<Method> own;
    synchronized (FOUND) {
      own = FOUND.computeIfAbsent(method, this::find);
    }
    if (own.isPresent()) {
      try {
        return own.get().invoke(target, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    throw new UnsupportedOperationException(method + " is not simulated");
  }

  private Optional<Method> find(Method method) {
    try {
      Method own =
          target.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
      own.setAccessible(true);
      return Optional.of(own);
    } catch (NoSuchMethodException e) {
      if (method.getDeclaringClass() != Object.class) {
        return Optional.empty();
      }
      return Optional.of(method);
    }
  }
}
