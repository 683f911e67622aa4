package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaBrokerIT {
  @TempDir private Path directory;

  @Test
  void shouldKeepTopicsOverKillAndObeyItsProxy() throws Exception {
    try (KafkaBroker broker = new KafkaBroker(directory)) {
      broker.start();
      try (Admin admin = admin(broker.bootstrapServers())) {
        admin
            .createTopics(List.of(new NewTopic("kept", Optional.of(1), Optional.empty())))
            .all()
            .get(10, TimeUnit.SECONDS);
      }
      broker.kill();
      assertThat(broker.isRunning()).isFalse();
      broker.start();
      try (Admin admin = admin(broker.bootstrapServers());
          Admin proxied = admin(broker.proxiedBootstrapServers())) {
        assertThat(topics(admin)).contains("kept");
        assertThat(topics(proxied)).contains("kept");
        assertThat(proxied.describeCluster().nodes().get().iterator().next().port())
            .isEqualTo(broker.proxy().port());
        broker.proxy().freeze();
        assertThatThrownBy(() -> topics(proxied)).hasCauseInstanceOf(TimeoutException.class);
        assertThat(topics(admin)).contains("kept");
        broker.proxy().pass();
        Await.until("topics", Duration.ofSeconds(20), () -> topics(proxied).contains("kept"));
      }
      broker.stop();
      assertThat(broker.isRunning()).isFalse();
    }
  }

  private static Set<String> topics(Admin admin) throws ExecutionException, InterruptedException {
    return admin.listTopics().names().get();
  }

  private static Admin admin(String bootstrapServers) {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "request.timeout.ms",
            1_000,
            "default.api.timeout.ms",
            3_000));
  }
}
