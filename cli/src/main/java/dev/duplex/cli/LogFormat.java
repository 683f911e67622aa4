package dev.duplex.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.Logger;

/**
 * The log: one line an event on standard error. Made in code, because reading XML would cost every
 * short command a fifth of a second.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogFormat extends ContextAwareBase implements Configurator {
  private static final String VERBOSE = "duplex.verbose";

  // The clients tell every vain try to connect; we tell once that something is away, and once that
  // it is back. What ends Kafka Streams is told by the monitor, which starts it again.
  private static final Map<String, Level> LEVELS =
      Map.of(
          "org.apache.kafka", Level.ERROR,
          "org.apache.kafka.clients.producer.internals.Sender", Level.OFF,
          "io.confluent", Level.ERROR,
          "org.apache.avro", Level.ERROR,
          "org.apache.kafka.streams", Level.OFF,
          "org.eclipse.jetty", Level.ERROR);

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    boolean verbose = Boolean.getBoolean(VERBOSE);
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(
        "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %replace(%msg){'[\\r\\n]+', ' '}%n"
            + (verbose ? "%ex" : "%nopex"));
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(appender);
    LEVELS.forEach((name, level) -> context.getLogger(name).setLevel(verbose ? Level.WARN : level));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
