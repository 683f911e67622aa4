package dev.duplex.kafka.registry;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.DuplexException;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.wire.WireFormat;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The registry as Duplex needs it: subjects named by topic and record, errors sorted by what to do.
 * Ids and schemas never change, so both are kept.
 *
 * <p>Thread-safe. Every call takes at most the client's time limits (5 s to connect, 10 s to
 * answer, unless configured).
 */
public final class SchemaRegistry implements AutoCloseable {
  private static final int CACHED_SCHEMAS_PER_SUBJECT = 1_000;

  private static final int NOT_FOUND = 404;
  // Confluent's own code, which a wrong address or a proxy in between does not answer.
  private static final int SCHEMA_NOT_FOUND = 40403;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  private final SchemaRegistryClient client;
  private final String url;

  /**
   * For a registry.
   *
   * @param url one or more addresses, separated by commas
   * @param properties any property of Confluent's client
   */
  public static SchemaRegistry open(String url, Map<String, String> properties) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("http.connect.timeout.ms", "5000");
    settings.put("http.read.timeout.ms", "10000");
    settings.putAll(properties);
    return new SchemaRegistry(
        new CachedSchemaRegistryClient(
            Arrays.asList(url.split(",")), CACHED_SCHEMAS_PER_SUBJECT, settings),
        url);
  }

  /**
   * By a client of one's own, which is closed with this.
   *
   * @param url what the registry is called in messages
   */
  public SchemaRegistry(SchemaRegistryClient client, String url) {
    this.client = client;
    this.url = url;
  }

  /** The subject of a record on a topic (Confluent's TopicRecordNameStrategy). */
  public static String subject(String topic, Schema schema) {
    return topic + "-" + schema.getFullName();
  }

  /**
   * The id of a schema on a topic, registered first if it is new there.
   *
   * @throws RetryException if the registry cannot be reached
   * @throws HaltException if it refuses the schema
   */
  public int register(String topic, Schema schema, Compatibility compatibility) {
    String subject = subject(topic, schema);
    try {
      boolean isNew = !exists(subject);
      int id = registerVersion(subject, schema, compatibility);
      if (isNew) {
        // Only now: some registries know no rules of a subject that has no version yet.
        client.updateCompatibility(subject, compatibility.name());
      }
      return id;
    } catch (IOException | RestClientException e) {
      throw failure("register " + subject, e);
    }
  }

  private int registerVersion(String subject, Schema schema, Compatibility compatibility)
      throws IOException, RestClientException {
    try {
      return client.register(subject, new AvroSchema(schema));
    } catch (RestClientException e) {
      if (e.getStatus() != CONFLICT || isConfigured(subject)) {
        throw e;
      }
      // Killed right after the first version was registered: the rule is still to be set.
      client.updateCompatibility(subject, compatibility.name());
      return client.register(subject, new AvroSchema(schema));
    }
  }

  private boolean exists(String subject) throws IOException, RestClientException {
    return client.getAllSubjectsByPrefix(subject).contains(subject);
  }

  private boolean isConfigured(String subject) throws IOException {
    try {
      return client.getCompatibility(subject) != null;
    } catch (RestClientException e) {
      return e.getStatus() != NOT_FOUND;
    }
  }

  /**
   * The schema that an id meant when the record was written.
   *
   * @param fingerprint from the record's header
   * @throws RetryException if the registry cannot be reached
   * @throws HaltException if the id means nothing or something else now: the registry was reset
   */
  public Schema byId(int id, byte[] fingerprint) {
    Schema schema = find(id);
    if (schema == null || !Arrays.equals(fingerprint, WireFormat.fingerprint(schema))) {
      throw new HaltException(
          Reason.SCHEMA_REJECTED,
          "the registry at "
              + url
              + " gives another schema for id "
              + id
              + " than the record was written with: it was reset; restore its data, or copy the"
              + " link anew with 'duplex init --recopy'");
    }
    return schema;
  }

  /** The schema of an id; null if it is not written in Avro. */
  private @Nullable Schema find(int id) {
    try {
      return client.getSchemaById(id) instanceof AvroSchema avro ? avro.rawSchema() : null;
    } catch (RestClientException e) {
      if (e.getErrorCode() == SCHEMA_NOT_FOUND) {
        throw new HaltException(
            Reason.SCHEMA_REJECTED,
            "the registry at "
                + url
                + " does not know schema id "
                + id
                + " any more: it was reset or is another one; restore its data, or copy the link"
                + " anew with 'duplex init --recopy'",
            e);
      }
      throw failure("look up schema id " + id, e);
    } catch (IOException e) {
      // The client has no type of its own for an id that means e.g. a JSON schema.
      if (String.valueOf(e.getMessage()).startsWith("Invalid schema ")) {
        return null;
      }
      throw failure("look up schema id " + id, e);
    }
  }

  /** Checks that the registry answers. */
  public void check() {
    try {
      client.getAllSubjectsByPrefix("duplex");
    } catch (IOException | RestClientException e) {
      throw failure("list subjects", e);
    }
  }

  private DuplexException failure(String call, Exception e) {
    String what = "registry at " + url + ": cannot " + call + ": ";
    if (e instanceof RestClientException answer) {
      String text =
          answer.getMessage() == null ? "" : answer.getMessage().lines().findFirst().orElse("");
      return switch (answer.getStatus()) {
        case 401, 403 ->
            new SetupException(what + "access denied; set the credentials in registry", e);
        case NOT_FOUND ->
            new RetryException(
                Reason.REGISTRY_UNREACHABLE,
                what + text + "; if there is no registry at this address, correct registry.url",
                e);
        case CONFLICT, UNPROCESSABLE -> new HaltException(Reason.SCHEMA_REJECTED, what + text, e);
        default -> new RetryException(Reason.REGISTRY_UNREACHABLE, what + text, e);
      };
    }
    return new RetryException(Reason.REGISTRY_UNREACHABLE, what + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
