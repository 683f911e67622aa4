package dev.duplex.cli.monitor;

import dev.duplex.cli.Mishaps;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What takes a link its place is shown by all who look, and so is the way back. */
class LostPlaceReasonsIT {
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
    link.stopProducer();
    try (Connection connection = link.twin().secondary();
        Statement lock = connection.createStatement()) {
      connection.setAutoCommit(false);
      lock.execute("LOCK TABLE account IN ACCESS SHARE MODE"); // holds up the emptying
      link.caused();
      link.twin().succeed("init", "--recopy");
      link.shown(LinkState.RECOVERING, Reason.COPYING);
      connection.rollback();
    }
    link.startProducer();
    link.recovered("COPYING");
  }

  private void changeRejected() throws Exception {
    Mishaps.writeForeignRecord(link.twin());
    link.caused();
    link.shown(LinkState.HALTED, Reason.CHANGE_REJECTED);
    link.recopy("CHANGE_REJECTED");
  }

  private void gap() throws Exception {
    Mishaps.recreateTopic(link.twin());
    link.caused();
    link.shown(LinkState.HALTED, Reason.GAP);
    link.recopy("GAP");
  }

  private void captureLost() throws Exception {
    Mishaps.dropSlot(link.twin());
    link.caused();
    link.shown(LinkState.HALTED, Reason.CAPTURE_LOST);
    link.recopy("CAPTURE_LOST");
  }

  private void schemaRejected() throws Exception {
    link.twin().lab().registry().reset();
    link.twin().onSecondary("ALTER TABLE account ADD COLUMN rejected text");
    link.twin()
        .onPrimary("ALTER TABLE account ADD COLUMN rejected text"); // gets an id of another schema
    link.insert();
    link.caused();
    link.shown(LinkState.HALTED, Reason.SCHEMA_REJECTED);
    link.recopy("SCHEMA_REJECTED");
  }
}
