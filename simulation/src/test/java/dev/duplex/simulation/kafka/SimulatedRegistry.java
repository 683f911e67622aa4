package dev.duplex.simulation.kafka;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.time.Time;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
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
  private static final int NOT_FOUND = 404;
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int RULE_NOT_FOUND = 40408;
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
        Partial.of(SchemaRegistryClient.class, new SimulatedRegistryClient(this, time, faults)),
        "simulated");
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

  boolean isAway() {
    return away;
  }

  int add(String subject, ParsedSchema schema) throws RestClientException {
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

  ParsedSchema find(int id) throws RestClientException {
    ParsedSchema schema = schemas.get(id);
    if (schema == null) {
      throw new RestClientException("Schema " + id + " not found", NOT_FOUND, SCHEMA_NOT_FOUND);
    }
    return schema;
  }

  List<String> subjects(String prefix) {
    return subjects.keySet().stream().filter(subject -> subject.startsWith(prefix)).toList();
  }

  void setRule(String subject, String rule) {
    subjects.replace(subject, rule);
  }

  String rule(String subject) throws RestClientException {
    String rule = subjects.getOrDefault(subject, "");
    if (rule.isEmpty()) {
      throw new RestClientException(subject + " has no rule", NOT_FOUND, RULE_NOT_FOUND);
    }
    return rule;
  }
}
