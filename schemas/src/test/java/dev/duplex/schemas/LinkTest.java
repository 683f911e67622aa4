package dev.duplex.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
  @Test
  void shouldNameWhatBelongsToIt() {
    Link link = new Link("bank");

    assertThat(link.changesTopic()).isEqualTo("bank.changes");
    assertThat(link.progressTopic()).isEqualTo("bank.progress");
    assertThat(link.statusTopic()).isEqualTo("bank.status");
    assertThat(link.transactionalId()).isEqualTo("duplex-bank");
    assertThat(link.slot()).isEqualTo("duplex_bank");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bank",
        "a-b",
        "a.b",
        "ä",
        "a b",
        "a\n",
        "12345678901234567890123456789012345678901"
      })
  void shouldRefuseOtherNames(String name) {
    assertThatThrownBy(() -> new Link(name)).isInstanceOf(IllegalArgumentException.class);
  }
}
