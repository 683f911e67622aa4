package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabIT {
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

  @Test
  void shouldEndTheOthersAndKeepTheLogsWhenOneDoesNotStart() throws Exception {
    Lab.Builder builder =
        Lab.of(Lab.Part.PRIMARY, Lab.Part.SECONDARY)
            .setting(Lab.Part.SECONDARY, "wal_level", "nonsense");
    assertThatThrownBy(builder::start)
        .isInstanceOf(LabException.class)
        .hasMessageContaining("postgres ended while it started")
        .message()
        .satisfies(message -> assertThat(logIn(message)).exists())
        .satisfies(message -> assertNoneWorksIn(logIn(message).resolve("../..").normalize()));
    try (Lab lab = Lab.of(Lab.Part.PRIMARY).start()) {
      assertThatThrownBy(lab::broker)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("BROKER");
    }
  }

  @Test
  void shouldKeepANamedDirectory(@TempDir Path directory) throws Exception {
    try (Lab lab = Lab.of(Lab.Part.PRIMARY).keepIn(directory).start()) {
      assertThat(lab.directory()).isEqualTo(directory);
    }
    assertThat(directory.resolve("primary/postgres.log"))
        .content()
        .contains("database system is shut down");
  }

  private static void assertNoneWorksIn(Path directory) {
    assertThat(ProcessHandle.current().descendants())
        .noneMatch(each -> each.info().commandLine().orElse("").contains(directory.toString()));
  }

  private static Path logIn(String message) {
    return Path.of(message.replaceAll(".*see (.*\\.log), .*", "$1"));
  }
}
