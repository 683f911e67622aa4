package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RegistryServerIT {
  private final HttpClient client = HttpClient.newHttpClient();

  @TempDir private Path directory;

  @Test
  void shouldKeepSchemasOverKillAndForgetThemOnReset() throws Exception {
    try (RegistryServer registry = new RegistryServer(directory)) {
      registry.start();
      HttpRequest register =
          HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/kept/versions"))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .POST(HttpRequest.BodyPublishers.ofString("{\"schema\": \"\\\"string\\\"\"}"))
              .build();
      assertThat(send(register)).contains("\"id\":1");
      registry.kill();
      registry.start();
      HttpRequest subjects =
          HttpRequest.newBuilder(URI.create(registry.url() + "/subjects")).build();
      assertThat(send(subjects)).isEqualTo("[\"kept\"]");
      registry.reset();
      assertThat(send(subjects)).isEqualTo("[]");
    }
  }

  private String send(HttpRequest request) throws Exception {
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
