package dev.duplex.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 65_536, 16_777_216, Integer.MAX_VALUE, -1})
  void shouldReadTheIdItWrote(int id) {
    byte[] message = {9, 9, 9, 9, 9, 42};

    WireFormat.writeHeader(message, id);

    assertThat(WireFormat.schemaId(message)).isEqualTo(id);
    assertThat(message[0]).isZero();
    assertThat(message[5]).isEqualTo((byte) 42);
  }

  @Test
  void shouldWriteTheIdInNetworkOrder() {
    byte[] message = new byte[5];

    WireFormat.writeHeader(message, 0x01020304);

    assertThat(message).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void shouldRefuseOtherMessages() {
    assertThatThrownBy(() -> WireFormat.schemaId(new byte[] {1, 0, 0, 0, 1}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WireFormat.schemaId(new byte[4]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldFingerprintLogicalTypesAndPropertiesToo() {
    Schema plain = new Schema.Parser().parse("{\"type\":\"int\"}");
    Schema date = new Schema.Parser().parse("{\"type\":\"int\",\"logicalType\":\"date\"}");
    Schema property = new Schema.Parser().parse("{\"type\":\"int\",\"sql.type\":\"date\"}");

    assertThat(WireFormat.fingerprint(plain)).hasSize(8);
    assertThat(WireFormat.fingerprint(plain)).isNotEqualTo(WireFormat.fingerprint(date));
    assertThat(WireFormat.fingerprint(plain)).isNotEqualTo(WireFormat.fingerprint(property));
    assertThat(WireFormat.fingerprint(plain))
        .isEqualTo(WireFormat.fingerprint(new Schema.Parser().parse("\"int\"")));
  }
}
