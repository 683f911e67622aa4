package dev.duplex.producer.datasource;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a connection whose commits wait: it belongs to that connection, and what it
 * executes may commit. Everything else is handed on. Used by the connection's thread, except {@code
 * cancel}.
 */
final class StatementHandler implements InvocationHandler {
  private final PooledConnection connection;
  private final Statement statement;
  private final @Nullable SqlText prepared;

  private StatementHandler(
      PooledConnection connection, Statement statement, @Nullable SqlText prepared) {
    this.connection = connection;
    this.statement = statement;
    this.prepared = prepared;
  }

  static <S extends Statement> S wrap(
      Class<S> type, S statement, @Nullable String sql, PooledConnection connection) {
    return type.cast(
        Proxy.newProxyInstance(
            StatementHandler.class.getClassLoader(),
            new Class<?>[] {type},
            new StatementHandler(connection, statement, sql == null ? null : SqlText.of(sql))));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    return switch (method.getName()) {
      case "getConnection" -> connection;
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" ->
          connection.execute(text(arguments), statement, () -> run(method, arguments));
      case "executeBatch", "executeLargeBatch" ->
          connection.execute(SqlText.UNKNOWN, statement, () -> run(method, arguments));
      default -> call(method, arguments);
    };
  }

  private SqlText text(Object @Nullable [] arguments) {
    if (prepared != null) {
      return prepared;
    }
    return arguments != null && arguments[0] instanceof String sql
        ? SqlText.of(sql)
        : SqlText.UNKNOWN;
  }

  private @Nullable Object run(Method method, Object @Nullable [] arguments) throws SQLException {
    try {
      return call(method, arguments);
    } catch (SQLException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e); // JDBC declares no other
    }
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(statement, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }
}
