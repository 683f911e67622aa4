package dev.duplex.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.registry.RegistryOverHttp.Request;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientFactory;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

/** Confluent's client with the versions of Avro, Jackson, Guava and Kafka that Duplex uses. */
class RegistryClientTest {
  private static final String SUBJECT = "accounts-value";
  private static final int CACHED_SCHEMAS = 100;

  /**
   * With what a canonical form drops: documentation, a default, an alias, a logical type, a
   * property.
   */
  private static Schema accounts() {
    Schema balance = LogicalTypes.decimal(20, 2).addToSchema(Schema.create(Schema.Type.BYTES));
    Schema accounts =
        SchemaBuilder.record("accounts")
            .namespace("bank.public")
            .doc("A table")
            .aliases("konten")
            .fields()
            .requiredLong("id")
            .name("balance")
            .doc("in cents")
            .type(balance)
            .noDefault()
            .optionalString("owner")
            .endRecord();
    accounts.addProp("duplex.key", List.of("id"));
    return accounts;
  }

  @Test
  void shouldReturnTheSchemaRegisteredWithTheMock() throws Exception {
    try (SchemaRegistryClient registry = new MockSchemaRegistryClient()) {
      int id = registry.register(SUBJECT, new AvroSchema(accounts()));

      assertSameSchema(registry.getSchemaById(id));
      assertThat(registry.register(SUBJECT, new AvroSchema(accounts()))).isEqualTo(id);
      assertThat(registry.getAllSubjects()).containsExactly(SUBJECT);
    }
  }

  @Test
  void shouldNotifyOfAnUnknownIdAndAnIncompatibleSchema() throws Exception {
    try (SchemaRegistryClient registry = new MockSchemaRegistryClient()) {
      assertThatThrownBy(() -> registry.getSchemaById(99)).isInstanceOf(RestClientException.class);

      registry.register(SUBJECT, new AvroSchema(accounts()));
      AvroSchema withoutDefault =
          new AvroSchema(SchemaBuilder.record("accounts").fields().requiredInt("new").endRecord());
      assertThat(registry.testCompatibility(SUBJECT, withoutDefault)).isFalse();
      assertThat(registry.testCompatibility(SUBJECT, new AvroSchema(accounts()))).isTrue();
    }
  }

  @Test
  void shouldShareSchemasWithinAMockScope() throws Exception {
    String scope = "registry-client-test";
    try (SchemaRegistryClient producer = inScope(scope);
        SchemaRegistryClient consumer = inScope(scope);
        SchemaRegistryClient stranger = inScope(scope + "-other")) {
      int id = producer.register(SUBJECT, new AvroSchema(accounts()));

      assertSameSchema(consumer.getSchemaById(id));
      assertThat(stranger.getAllSubjects()).isEmpty();
    } finally {
      MockSchemaRegistry.dropScope(scope);
      MockSchemaRegistry.dropScope(scope + "-other");
    }
  }

  @Test
  void shouldRegisterAndFetchOverHttpAndAskOnlyOnce() throws Exception {
    try (RegistryOverHttp server = new RegistryOverHttp();
        SchemaRegistryClient producer = overHttp(server, Map.of());
        SchemaRegistryClient consumer = overHttp(server, Map.of())) {
      assertThat(producer.register(SUBJECT, new AvroSchema(accounts())))
          .isEqualTo(RegistryOverHttp.ID);
      producer.register(SUBJECT, new AvroSchema(accounts()));
      assertSameSchema(consumer.getSchemaById(RegistryOverHttp.ID));
      assertSameSchema(consumer.getSchemaById(RegistryOverHttp.ID));

      assertThat(server.requests())
          .extracting(Request::line)
          .containsExactly("POST /subjects/accounts-value/versions", "GET /schemas/ids/17");
    }
  }

  @Test
  void shouldNotifyOfTheRegistrysErrorCode() throws Exception {
    try (RegistryOverHttp server = new RegistryOverHttp();
        SchemaRegistryClient consumer = overHttp(server, Map.of())) {
      assertThatThrownBy(() -> consumer.getSchemaById(18))
          .isInstanceOfSatisfying(
              RestClientException.class,
              error -> {
                assertThat(error.getStatus()).isEqualTo(404);
                assertThat(error.getErrorCode()).isEqualTo(40403);
              });
    }
  }

  @Test
  void shouldSendABearerToken() throws Exception {
    assertAuthorization(
        Map.of("bearer.auth.credentials.source", "STATIC_TOKEN", "bearer.auth.token", "token"),
        "Bearer token");
  }

  @Test
  void shouldSendUserAndPassword() throws Exception {
    assertAuthorization(
        Map.of(
            "basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "user:password"),
        "Basic dXNlcjpwYXNzd29yZA==");
  }

  /**
   * Its class carries an annotation that is on no class path here; a user must be able to compile
   * this.
   */
  @Test
  void shouldCompileAgainstEntitiesWithAbsentAnnotations() {
    SchemaReference reference = new SchemaReference("bank.Money", "money", 1);

    assertThat(new AvroSchemaProvider().schemaType()).isEqualTo(AvroSchema.TYPE);
    assertThat(reference.getSubject()).isEqualTo("money");
    assertThat(SchemaReference.class.getAnnotations())
        .noneMatch(annotation -> annotation.annotationType().getName().startsWith("io.swagger"));
  }

  private static void assertAuthorization(Map<String, String> configuration, String expected)
      throws IOException, RestClientException {
    try (RegistryOverHttp server = new RegistryOverHttp();
        SchemaRegistryClient client = overHttp(server, configuration)) {
      client.register(SUBJECT, new AvroSchema(accounts()));

      assertThat(server.requests()).extracting(Request::authorization).containsExactly(expected);
    }
  }

  private static void assertSameSchema(ParsedSchema actual) {
    Schema schema = (Schema) actual.rawSchema();
    assertThat(schema).isEqualTo(accounts());
    assertThat(schema.toString()).isEqualTo(accounts().toString());
    assertThat(SchemaNormalization.parsingFingerprint64(schema))
        .isEqualTo(SchemaNormalization.parsingFingerprint64(accounts()));
    assertThat(actual).isEqualTo(new AvroSchema(accounts()));
  }

  private static SchemaRegistryClient inScope(String scope) {
    return SchemaRegistryClientFactory.newClient(
        List.of("mock://" + scope),
        CACHED_SCHEMAS,
        List.of(new AvroSchemaProvider()),
        Map.of(),
        Map.of());
  }

  private static SchemaRegistryClient overHttp(
      RegistryOverHttp server, Map<String, String> configuration) {
    return new CachedSchemaRegistryClient(server.url(), CACHED_SCHEMAS, configuration);
  }
}
