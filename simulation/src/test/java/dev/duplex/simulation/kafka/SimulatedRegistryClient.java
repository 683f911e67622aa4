package dev.duplex.simulation.kafka;

import dev.duplex.schemas.time.Time;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** As {@code CachedSchemaRegistryClient}: one process's, which keeps ids and schemas. */
final class SimulatedRegistryClient {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

  /** What a call does once it has arrived. */
  private interface Request<T> {
    T answer() throws RestClientException;
  }

  private final SimulatedRegistry registry;
  private final Time time;
  private final Faults faults;
  private final Map<String, Map<ParsedSchema, Integer>> knownIds = new HashMap<>();
  private final Map<Integer, ParsedSchema> knownSchemas = new HashMap<>();

  SimulatedRegistryClient(SimulatedRegistry registry, Time time, Faults faults) {
    this.registry = registry;
    this.time = time;
    this.faults = faults;
  }

  public int register(String subject, ParsedSchema schema) throws IOException, RestClientException {
    Map<ParsedSchema, Integer> known = knownIds.computeIfAbsent(subject, s -> new HashMap<>());
    Integer id = known.get(schema);
    if (id == null) {
      id = call("register " + subject, () -> registry.add(subject, schema));
      known.put(schema, id);
    }
    return id;
  }

  public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
    ParsedSchema schema = knownSchemas.get(id);
    if (schema == null) {
      schema = call("look up schema", () -> registry.find(id));
      knownSchemas.put(id, schema);
    }
    return schema;
  }

  public Collection<String> getAllSubjectsByPrefix(String prefix)
      throws IOException, RestClientException {
    return call("list subjects", () -> registry.subjects(prefix));
  }

  public String updateCompatibility(String subject, String rule)
      throws IOException, RestClientException {
    return call(
        "set compatibility",
        () -> {
          registry.setRule(subject, rule);
          return rule;
        });
  }

  public String getCompatibility(String subject) throws IOException, RestClientException {
    return call("look up compatibility", () -> registry.rule(subject));
  }

  private <T> T call(String name, Request<T> request) throws IOException, RestClientException {
    Fault fault = faults.at(name);
    if (registry.isAway() || fault == Fault.REQUEST_LOST || fault == Fault.REQUEST_LATE) {
      throw timeout();
    }
    pass(faults.duration(name));
    T answer = request.answer();
    if (fault == Fault.ANSWER_LOST) {
      throw timeout();
    }
    faults.answered(name);
    return answer;
  }

  private IOException timeout() throws IOException {
    pass(ANSWER_LIMIT);
    return new SocketTimeoutException("Read timed out");
  }

  private void pass(Duration duration) throws IOException {
    try {
      time.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  public void close() {}
}
