package dev.duplex.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.Main;
import dev.duplex.cli.shell.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service that cannot listen where it shall does not start at all. */
final class PortInUseTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"producer, producer", "consumer, consumer", "monitor, status"})
  void shouldNameTheKeyInOneLine(String command, String section) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      Path config = directory.resolve("duplex.yaml");
      Files.writeString(
          config,
          """
          link: bank
          primary: { jdbc-url: "jdbc:postgresql://127.0.0.1:1/bank", username: duplex }
          secondary: { jdbc-url: "jdbc:postgresql://127.0.0.1:1/bank", username: duplex }
          kafka: { bootstrap.servers: "127.0.0.1:1" }
          registry: { url: "http://127.0.0.1:1" }
          spool: { directory: "%s" }
          %s: { http: "%s" }
          """
              .formatted(directory.resolve("spool"), section, address));
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      int code =
          Main.run(
              new String[] {command, "-c", config.toString()},
              new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8));
      assertThat(code).isEqualTo(ExitCode.USAGE);
      assertThat(err.toString(StandardCharsets.UTF_8).lines())
          .singleElement()
          .asString()
          .startsWith("duplex: " + section + ".http: cannot listen on " + address);
      assertThat(directory.resolve("spool")).doesNotExist();
    }
  }
}
