package dev.duplex.simulation.kafka;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.time.Time;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A schema registry in memory. After the <a
 * href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">REST API</a>:
 * the same schema has the same id under all subjects, and an id never means anything else, unless
 * somebody loses the registry's data ({@link #reset}).
 */
public final class SimulatedRegistry {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int CONFLICT = 409;

  private final Map<ParsedSchema, Integer> ids = new LinkedHashMap<>();
  private final Map<Integer, ParsedSchema> schemas = new HashMap<>();
  private final Map<String, String> subjects = new LinkedHashMap<>(); // with their rules
  private int nextId = 1;
  private boolean away;
  private boolean refusing;

  /** The registry as one process has it, which keeps what it has learnt. */
  public SchemaRegistry open(Time time, Faults faults) {
    return new SchemaRegistry(
        Partial.of(SchemaRegistryClient.class, new Client(time, faults)), "simulated");
  }

  /** It does not answer, or does again. */
  public void away(boolean isAway) {
    away = isAway;
  }

  /** It takes no new schema, or does again. */
  public void refusing(boolean isRefusing) {
    refusing = isRefusing;
  }

  /** It has lost everything, and gives ids from this one on. */
  public void reset(int firstId) {
    ids.clear();
    schemas.clear();
    subjects.clear();
    nextId = firstId;
  }

  /** What a call does once it has arrived. */
  private interface Request<T> {
    T answer() throws RestClientException;
  }

  /** As {@code CachedSchemaRegistryClient}; its public methods are those that Duplex calls. */
  private final class Client {
    private final Time time;
    private final Faults faults;
    private final Map<String, Map<ParsedSchema, Integer>> knownIds = new HashMap<>();
    private final Map<Integer, ParsedSchema> knownSchemas = new HashMap<>();

    Client(Time time, Faults faults) {
      this.time = time;
      this.faults = faults;
    }

    public int register(String subject, ParsedSchema schema)
        throws IOException, RestClientException {
      Map<ParsedSchema, Integer> known = knownIds.computeIfAbsent(subject, s -> new HashMap<>());
      Integer id = known.get(schema);
      if (id == null) {
        id = call("register " + subject, () -> add(subject, schema));
        known.put(schema, id);
      }
      return id;
    }

    private int add(String subject, ParsedSchema schema) throws RestClientException {
      Integer id = ids.get(schema);
      if (id == null || !subjects.containsKey(subject)) {
        if (refusing) {
          throw new RestClientException("refused for the test", CONFLICT, CONFLICT);
        }
        subjects.putIfAbsent(subject, "");
      }
      if (id == null) {
        id = nextId++;
        ids.put(schema, id);
        schemas.put(id, schema);
      }
      return id;
    }

    public ParsedSchema getSchemaById(int id) throws IOException, RestClientException {
      ParsedSchema schema = knownSchemas.get(id);
      if (schema == null) {
        schema = call("look up schema", () -> find(id));
        knownSchemas.put(id, schema);
      }
      return schema;
    }

    private ParsedSchema find(int id) throws RestClientException {
      ParsedSchema schema = schemas.get(id);
      if (schema == null) {
        throw new RestClientException("Schema " + id + " not found", NOT_FOUND, SCHEMA_NOT_FOUND);
      }
      return schema;
    }

    public Collection<String> getAllSubjectsByPrefix(String prefix)
        throws IOException, RestClientException {
      return call(
          "list subjects",
          () -> List.copyOf(subjects.keySet().stream().filter(s -> s.startsWith(prefix)).toList()));
    }

    public String updateCompatibility(String subject, String rule)
        throws IOException, RestClientException {
      return call(
          "set compatibility",
          () -> {
            subjects.replace(subject, rule);
            return rule;
          });
    }

    public String getCompatibility(String subject) throws IOException, RestClientException {
      return call(
          "look up compatibility",
          () -> {
            String rule = subjects.getOrDefault(subject, "");
            if (rule.isEmpty()) {
              throw new RestClientException(subject + " has no rule", NOT_FOUND, 40408);
            }
            return rule;
          });
    }

    private <T> T call(String name, Request<T> request) throws IOException, RestClientException {
      Fault fault = faults.at(name);
      if (away || fault == Fault.REQUEST_LOST || fault == Fault.REQUEST_LATE) {
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
}
