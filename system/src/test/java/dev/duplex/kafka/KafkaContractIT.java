package dev.duplex.kafka;

import dev.duplex.lab.Lab;
import dev.duplex.schemas.Link;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/** The real clients, on the laboratory's broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KafkaContractIT extends KafkaContract {
  private final Lab lab;
  private int links;

  KafkaContractIT() throws IOException, InterruptedException {
    lab = Lab.of(Lab.Part.BROKER).start();
  }

  @AfterAll
  void stop() {
    lab.close();
  }

  @Override
  protected KafkaSettings newLink() throws Exception {
    Link link = new Link("contract" + ++links);
    KafkaSettings kafka =
        new KafkaSettings(link, Map.of("bootstrap.servers", lab.broker().bootstrapServers()));
    try (Admin admin = kafka.openAdmin()) {
      admin
          .createTopics(
              Stream.of(link.changesTopic(), link.progressTopic(), link.statusTopic())
                  .map(name -> new NewTopic(name, LinkTopics.PARTITIONS, (short) 1))
                  .toList())
          .all()
          .get(20, TimeUnit.SECONDS);
    }
    return kafka;
  }
}
