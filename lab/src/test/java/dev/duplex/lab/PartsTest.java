package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class PartsTest {
  @Test
  void shouldFindWhatTheBuildMade() {
    assertThat(Parts.find("kafka", Parts.built("kafka"))).isDirectory();
    assertThat(Parts.find("registry", Parts.built("registry"))).isDirectory();
    assertThat(Parts.find("postgres", Parts.built("postgres.17"))).isDirectory();
  }

  @Test
  void shouldSayHowToGetWhatIsMissing() {
    assertThatThrownBy(() -> Parts.find("kafka", "0.7"))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("kafka-0.7; run the build")
        .hasMessageContaining("-Dduplex.lab.parts");
  }
}
