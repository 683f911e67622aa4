package dev.duplex.cli.monitor;

import dev.duplex.cli.Mishaps;
import dev.duplex.lab.Await;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What takes a link its place is noticed, ends the service, is shown by all who look, and is mended
 * by {@code init --recopy}.
 */
class LostPlaceReasonsIT {
  private static final String WAY_OUT = "duplex init";

  private WatchedLink link;

  @BeforeEach
  void start() throws Exception {
    link = new WatchedLink();
  }

  @AfterEach
  void stop() throws Exception {
    link.close();
  }

  @Test
  void shouldShowWhatTakesTheLinkItsPlace() throws Exception {
    copying();
    changeRejected();
    gap();
    captureLost();
    schemaRejected();
  }

  private void copying() throws Exception {
    link.twin().awaitInStep(); // what holds up the copy must not hold up what came before it
    link.twin()
        .onSecondary(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END'",
            "CREATE TRIGGER wait BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION wait()",
            "ALTER TABLE account ENABLE ALWAYS TRIGGER wait");
    link.stopProducer();
    try (Connection connection = link.twin().secondary();
        Statement lock = connection.createStatement()) {
      lock.execute("SELECT pg_advisory_lock(1)"); // holds up the rows
      link.caused();
      link.twin().succeed("init", "--recopy");
      link.startProducer();
      link.shown(LinkState.RECOVERING, Reason.COPYING);
    }
    link.recovered("COPYING");
    link.twin().onSecondary("DROP TRIGGER wait ON account");
  }

  private void changeRejected() throws Exception {
    Mishaps.writeForeignRecord(link.twin());
    link.caused();
    link.shown(LinkState.HALTED, Reason.CHANGE_REJECTED);
    link.consumerHalted(Reason.CHANGE_REJECTED, topic(), WAY_OUT);
    link.recopy("CHANGE_REJECTED");
  }

  private void gap() throws Exception {
    Mishaps.recreateTopic(link.twin());
    link.caused();
    link.shown(LinkState.HALTED, Reason.GAP);
    link.producerHalted(Reason.GAP, topic(), WAY_OUT);
    link.consumerHalted(Reason.GAP, topic(), WAY_OUT);
    link.recopy("GAP");
  }

  private void captureLost() throws Exception {
    Mishaps.dropSlot(link.twin());
    link.caused();
    link.shown(LinkState.HALTED, Reason.CAPTURE_LOST);
    link.producerHalted(
        Reason.CAPTURE_LOST, "slot " + link.twin().link().slot() + " is gone", WAY_OUT);
    link.recopy("CAPTURE_LOST");
  }

  private void schemaRejected() throws Exception {
    link.killConsumer();
    long before = published();
    link.insert();
    Await.until(
        "a change is published, for the consumer to decode",
        WatchedLink.LIMIT,
        () -> published() > before);
    link.killProducer();
    Mishaps.resetRegistry(link.twin());
    link.caused();
    link.startProducer();
    link.startConsumer();
    link.shown(LinkState.HALTED, Reason.SCHEMA_REJECTED);
    link.producerHalted(Reason.SCHEMA_REJECTED, "registry", WAY_OUT);
    link.consumerHalted(Reason.SCHEMA_REJECTED, "registry", WAY_OUT);
    link.recopy("SCHEMA_REJECTED");
  }

  private String topic() {
    return link.twin().link().changesTopic();
  }

  private long published() {
    Progress head = link.twin().heads().get(Role.PRODUCER);
    return head == null ? 0 : head.getPosition();
  }
}
