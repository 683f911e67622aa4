package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LabTest {
  @Test
  void shouldStartEverythingAndLeaveNothing() throws Exception {
    Lab lab = Lab.of().start();
    try (lab) {
      assertThat(lab.directory()).isDirectory();
      assertThat(lab.primary().isRunning()).isTrue();
      assertThat(lab.secondary().isRunning()).isTrue();
      assertThat(lab.broker().isRunning()).isTrue();
      assertThat(lab.registry().isRunning()).isTrue();
    }
    assertThat(lab.directory()).doesNotExist();
    assertThat(lab.primary().isRunning()).isFalse();
    assertThat(lab.broker().isRunning()).isFalse();
  }
}
