package dev.duplex.kafka.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.wire.WireFormat;
import java.net.ConnectException;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How failures are sorted by what the caller does. */
class SchemaRegistryTest {
  private static final Schema SCHEMA =
      new Schema.Parser().parse("{\"type\":\"record\",\"name\":\"a.B\",\"fields\":[]}");
  private static final byte[] FINGERPRINT = WireFormat.fingerprint(SCHEMA);

  private final FailingRegistry client = new FailingRegistry();
  private final SchemaRegistry registry = new SchemaRegistry(client, "http://registry");

  @Test
  void shouldNameSubjectsByTopicAndRecord() {
    assertThat(SchemaRegistry.subject("bank.changes", SCHEMA)).isEqualTo("bank.changes-a.B");
  }

  @Test
  void shouldGiveTheSchemaOfAnId() {
    int id = registry.register("t", SCHEMA, Compatibility.BACKWARD);

    assertThat(registry.byId(id, FINGERPRINT)).isEqualTo(SCHEMA);
  }

  @Test
  void shouldTryAgainIfItCannotBeReached() {
    client.failWith(new ConnectException("refused"));

    assertThatExceptionOfType(RetryException.class)
        .isThrownBy(() -> registry.register("t", SCHEMA, Compatibility.NONE))
        .withMessage("registry at http://registry: cannot register t-a.B: refused")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.REGISTRY_UNREACHABLE));
    assertThatExceptionOfType(RetryException.class).isThrownBy(() -> registry.byId(1, FINGERPRINT));
    assertThatExceptionOfType(RetryException.class).isThrownBy(registry::check);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 502, 503, 504})
  void shouldTryAgainIfItIsInTrouble(int status) {
    client.answerWith(status, status);

    assertThatExceptionOfType(RetryException.class)
        .isThrownBy(() -> registry.byId(1, FINGERPRINT))
        .withMessageContaining("told to fail")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void shouldAskForCredentialsIfItRefusesUs(int status) {
    client.answerWith(status, status);

    assertThatExceptionOfType(SetupException.class)
        .isThrownBy(registry::check)
        .withMessageContaining("set the credentials");
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 422})
  void shouldHaltIfItRefusesASchema(int status) {
    client.answerWith(status, status);

    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> registry.register("t", SCHEMA, Compatibility.NONE))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.SCHEMA_REJECTED));
  }

  @Test
  void shouldHaltIfItKnowsAnIdNoMore() {
    client.answerWith(404, 40403);

    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> registry.byId(7, FINGERPRINT))
        .withMessageContaining("does not know schema id 7");
  }

  @Test
  void shouldHaltIfAnIdMeansAnotherSchemaNow() {
    int id = registry.register("t", SCHEMA, Compatibility.NONE);

    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> registry.byId(id, new byte[8]))
        .withMessageContaining("gives another schema for id " + id);
  }
}
