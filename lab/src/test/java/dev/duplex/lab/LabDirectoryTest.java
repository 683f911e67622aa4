package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabDirectoryTest {
  @TempDir private Path parent;

  @Test
  void shouldDeleteWhatDeadOwnersLeftAndNothingElse() throws Exception {
    Files.createFile(parent.resolve("duplex-lab-1.lock"));
    Files.createDirectories(parent.resolve("duplex-lab-1/data"));
    Files.createFile(parent.resolve("duplex-lab-1/data/file"));
    Path unrelated = Files.createDirectory(parent.resolve("duplex-lab-notes"));
    Path secondPath;
    try (LabDirectory first = LabDirectory.temporary(parent)) {
      try (LabDirectory second = LabDirectory.temporary(parent)) {
        assertThat(parent.resolve("duplex-lab-1")).doesNotExist();
        assertThat(parent.resolve("duplex-lab-1.lock")).doesNotExist();
        assertThat(first.path()).isDirectory();
        secondPath = second.path();
        Files.createFile(secondPath.resolve("file"));
      }
      assertThat(secondPath).doesNotExist();
      assertThat(first.path()).isDirectory();
    }
    try (var left = Files.list(parent)) {
      assertThat(left).containsExactly(unrelated);
    }
  }
}
