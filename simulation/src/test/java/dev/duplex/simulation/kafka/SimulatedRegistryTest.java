package dev.duplex.simulation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplex.kafka.registry.Compatibility;
import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.RetryException;
import dev.duplex.schemas.wire.WireFormat;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

final class SimulatedRegistryTest {
  private static final Schema A = schema("A");
  private static final Schema B = schema("B");

  private final StillTime time = new StillTime();
  private final SimulatedRegistry registry = new SimulatedRegistry();
  private final SchemaRegistry client = registry.open(time, Faults.NONE);

  private static Schema schema(String name) {
    return new Schema.Parser()
        .parse("{\"type\":\"record\",\"name\":\"%s\",\"fields\":[]}".formatted(name));
  }

  private SchemaRegistry anotherProcess() {
    return registry.open(time, Faults.NONE);
  }

  @Test
  void shouldGiveTheSameIdAgain() {
    int id = client.register("t", A, Compatibility.BACKWARD);
    assertThat(anotherProcess().register("t", A, Compatibility.BACKWARD)).isEqualTo(id);
    assertThat(client.register("t", B, Compatibility.NONE)).isNotEqualTo(id);
    assertThat(anotherProcess().byId(id, WireFormat.fingerprint(A))).isEqualTo(A);
  }

  @Test
  void shouldKeepWhatAProcessKnowsWhileItIsAway() {
    int id = client.register("t", A, Compatibility.NONE);
    client.byId(id, WireFormat.fingerprint(A));
    registry.away(true);
    assertThat(client.byId(id, WireFormat.fingerprint(A))).isEqualTo(A);
    assertThatExceptionOfType(RetryException.class)
        .isThrownBy(() -> anotherProcess().byId(id, WireFormat.fingerprint(A)));
    registry.away(false);
    assertThat(anotherProcess().byId(id, WireFormat.fingerprint(A))).isEqualTo(A);
  }

  @Test
  void shouldBeNoticedWhenItWasReset() {
    int id = client.register("t", A, Compatibility.NONE);
    registry.reset(id);
    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> anotherProcess().byId(id, WireFormat.fingerprint(A)))
        .withMessageContaining("does not know schema id");
    anotherProcess().register("t", B, Compatibility.NONE);
    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> anotherProcess().byId(id, WireFormat.fingerprint(A)))
        .withMessageContaining("gives another schema");
  }

  @Test
  void shouldRefuseWhatIsNew() {
    client.register("t", A, Compatibility.NONE);
    registry.refusing(true);
    assertThatExceptionOfType(HaltException.class)
        .isThrownBy(() -> client.register("t", B, Compatibility.NONE));
    assertThat(anotherProcess().register("t", A, Compatibility.NONE)).isPositive();
  }
}
