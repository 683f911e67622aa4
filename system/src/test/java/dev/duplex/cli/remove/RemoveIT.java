package dev.duplex.cli.remove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplex.cli.TestLink;
import dev.duplex.cli.TestLink.Output;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

final class RemoveIT {
  @Test
  void shouldLeaveNothing() throws Exception {
    TestLink link = new TestLink();
    link.onPrimary("CREATE TABLE a (id int PRIMARY KEY)");
    assertThat(link.duplex("init").code()).isZero();
    Output output = link.duplex("remove", "--topics", "--checkpoints");
    assertThat(output.code()).as(output.err()).isZero();
    String left =
        "SELECT (SELECT count(*) FROM pg_replication_slots WHERE database = current_database())"
            + " + (SELECT count(*) FROM pg_publication)"
            + " + (SELECT count(*) FROM pg_namespace WHERE nspname = 'duplex')";
    assertThat(TestLink.value(link.lab().primary(), link.name(), left)).isEqualTo("0");
    assertThat(TestLink.value(link.lab().secondary(), link.name(), left)).isEqualTo("0");
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", link.lab().broker().bootstrapServers()))) {
      assertThat(admin.listTopics().names().get())
          .noneMatch(topic -> topic.startsWith(link.name() + "."));
    }
    assertThat(link.duplex("remove", "--topics", "--checkpoints").out())
        .contains("nothing to remove");
    assertThat(link.duplex("init").code()).isZero();
  }
}
