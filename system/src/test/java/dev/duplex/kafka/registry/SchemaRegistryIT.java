package dev.duplex.kafka.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplex.lab.Lab;
import dev.duplex.lab.SharedLab;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.wire.WireFormat;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Against the laboratory's registry. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemaRegistryIT {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Lab lab;

  SchemaRegistryIT() throws IOException, InterruptedException {
    lab = SharedLab.get();
  }

  @Test
  void shouldGiveEverySchemaItsOwnIdAndGiveItBack() {
    Schema plain = record("Ids", "text");
    Schema otherType = record("Ids", "character varying"); // differs in a property alone
    try (SchemaRegistry registry = open()) {
      int id = registry.register("it.changes", plain, Compatibility.NONE);
      int other = registry.register("it.changes", otherType, Compatibility.NONE);

      assertThat(other).isNotEqualTo(id);
      try (SchemaRegistry reader = open()) {
        assertSame(reader.byId(id, WireFormat.fingerprint(plain)), plain);
        assertSame(reader.byId(other, WireFormat.fingerprint(otherType)), otherType);
      }
      try (SchemaRegistry again = open()) {
        assertThat(again.register("it.changes", plain, Compatibility.NONE)).isEqualTo(id);
        assertThat(again.register("it2.changes", plain, Compatibility.NONE)).isEqualTo(id);
      }
    }
  }

  @Test
  void shouldTellUpperFromLowerCase() {
    try (SchemaRegistry registry = open()) {
      Schema lower = record("cased", "text");
      Schema upper = record("Cased", "text");
      int id = registry.register("it.changes", lower, Compatibility.NONE);

      assertThat(registry.register("it.changes", upper, Compatibility.NONE)).isNotEqualTo(id);
    }
  }

  @Test
  void shouldSetTheSubjectsRule() throws Exception {
    try (SchemaRegistry registry = open()) {
      registry.register("it.changes", record("Free", "text"), Compatibility.NONE);
      registry.register("it.progress", record("Ruled", "text"), Compatibility.BACKWARD);
      Schema withMore = SchemaBuilder.record("it.Free").fields().requiredLong("new").endRecord();
      Schema ruledWithMore =
          SchemaBuilder.record("it.Ruled").fields().requiredLong("new").endRecord();

      assertThat(get("/config/it.changes-it.Free")).contains("NONE");
      assertThat(get("/config/it.progress-it.Ruled")).contains("BACKWARD");
      registry.register("it.changes", withMore, Compatibility.NONE);
      assertThatExceptionOfType(HaltException.class)
          .isThrownBy(() -> registry.register("it.progress", ruledWithMore, Compatibility.BACKWARD))
          .withMessageContaining("it.progress-it.Ruled");
    }
  }

  @Test
  void shouldHaltAtAnIdThatIsNoAvroSchema() throws Exception {
    int id = registerJson();
    try (SchemaRegistry registry = open()) {
      assertThatExceptionOfType(HaltException.class)
          .isThrownBy(() -> registry.byId(id, new byte[8]))
          .withMessageContaining("it was reset");
    }
  }

  @Test
  void shouldNotTakeAWrongAddressForAResetRegistry() {
    try (SchemaRegistry registry =
        SchemaRegistry.open(lab.registry().url().replace("ccompat", "nothing"), Map.of())) {
      assertThatExceptionOfType(RetryException.class)
          .isThrownBy(() -> registry.byId(1, new byte[8]))
          .withMessageContaining("correct registry.url");
      assertThatExceptionOfType(RetryException.class).isThrownBy(registry::check);
    }
  }

  @Test
  void shouldHaltAfterTheRegistryWasReset() throws Exception {
    Schema first = record("First", "text");
    Schema second = record("Second", "text");
    int id;
    try (SchemaRegistry registry = open()) {
      id = registry.register("it.changes", first, Compatibility.NONE);
    }
    lab.registry().reset();
    try (SchemaRegistry registry = open()) {
      assertThatExceptionOfType(HaltException.class)
          .isThrownBy(() -> registry.byId(id, WireFormat.fingerprint(first)))
          .withMessageContaining("does not know schema id " + id);
      int next = registry.register("it.changes", second, Compatibility.NONE);
      assertThatExceptionOfType(HaltException.class)
          .isThrownBy(() -> registry.byId(next, WireFormat.fingerprint(first)))
          .withMessageContaining("gives another schema");
    }
  }

  @Test
  void shouldTryAgainWhileTheRegistryIsDown() throws Exception {
    Schema schema = record("Later", "text");
    try (SchemaRegistry registry = open()) {
      lab.registry().kill();
      try {
        assertThatExceptionOfType(RetryException.class).isThrownBy(registry::check);
        assertThatExceptionOfType(RetryException.class)
            .isThrownBy(() -> registry.register("it.changes", schema, Compatibility.NONE));
        assertThatExceptionOfType(RetryException.class)
            .isThrownBy(() -> registry.byId(1, new byte[8]));
      } finally {
        lab.registry().start();
      }
      registry.check();
      int id = registry.register("it.changes", schema, Compatibility.NONE);
      assertSame(registry.byId(id, WireFormat.fingerprint(schema)), schema);
    }
  }

  private static void assertSame(Schema actual, Schema expected) {
    assertThat(actual).isEqualTo(expected);
    assertThat(actual.toString()).isEqualTo(expected.toString());
  }

  private SchemaRegistry open() {
    return SchemaRegistry.open(lab.registry().url(), Map.of());
  }

  private static Schema record(String name, String sqlType) {
    Schema schema = SchemaBuilder.record("it." + name).fields().optionalString("v").endRecord();
    schema.getField("v").addProp("sql.type", sqlType);
    schema.addProp("sql.full-row", false);
    return schema;
  }

  private int registerJson() throws IOException, InterruptedException {
    String schema = "{'$schema': 'http://json-schema.org/draft-07/schema#', 'type': 'object'}";
    String body = "{'schemaType': 'JSON', 'schema': '" + schema.replace("'", "\\'") + "'}";
    String answer =
        send(
            request("/subjects/foreign/versions")
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    assertThat(answer).matches("\\{\"id\":\\d+.*}");
    return Integer.parseInt(answer.replaceAll("\\D*(\\d+).*", "$1"));
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(lab.registry().url() + path))
        .header("Content-Type", "application/vnd.schemaregistry.v1+json");
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
  }
}
