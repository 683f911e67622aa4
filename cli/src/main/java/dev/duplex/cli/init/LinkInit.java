package dev.duplex.cli.init;

import dev.duplex.cli.shell.ProgressBar;
import dev.duplex.config.DuplexConfig;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.topics.TopicShape;
import dev.duplex.producer.copy.CopyListener;
import dev.duplex.producer.copy.RowCopy;
import dev.duplex.producer.setup.LinkStart;
import dev.duplex.producer.setup.PrimarySetup;
import dev.duplex.producer.setup.RelayTable;
import dev.duplex.producer.setup.ReplicationSlot;
import dev.duplex.producer.setup.SetupInstance;
import dev.duplex.producer.setup.TableChoice;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets one link up: looks at everything first, then does what is missing. Each step can be done
 * again, so it may be killed anywhere and run again.
 *
 * <p>Owned by one thread.
 */
final class LinkInit {
  private final DuplexConfig config;
  private final Link link;
  private final InitSessions sessions;
  private final InitReport report;
  private final CopyMode mode;
  private final RelayTable relay;
  private final SecondarySide secondary;

  LinkInit(
      DuplexConfig config,
      InitSessions sessions,
      SecondarySide secondary,
      InitReport report,
      CopyMode mode) {
    this.config = config;
    this.link = new Link(config.link());
    this.sessions = sessions;
    this.report = report;
    this.mode = mode;
    this.relay = new RelayTable(sessions.primary(), link);
    this.secondary = secondary;
  }

  void run() throws SQLException, InterruptedException {
    PrimarySetup primary = new PrimarySetup(config, sessions.primary());
    TableChoice tables = new Prerequisites(sessions, primary, secondary).check(config.link());
    try (ReplicationSlot slot = ReplicationSlot.open(config.primary().database(), link)) {
      LinkPlace place = place(slot);
      boolean copy = decideCopy(place);
      if (!copy) {
        place.require();
      }
      tables.warnings().forEach(report::warn);
      sessions.topics().warnings().forEach(report::warn);
      prepare(primary, tables);
      if (copy) {
        report.step(
            "copy the rows of "
                + TableNames.count(tables.all())
                + " (with a new slot "
                + link.slot()
                + ")",
            () -> copy(slot, tables.all(), place.head()));
      } else {
        start(slot, place);
        remindOfRows(tables, place);
      }
    }
    report.end();
  }

  private LinkPlace place(ReplicationSlot slot) throws SQLException, InterruptedException {
    Progress head = sessions.topicSetup().hasProgressTopic() ? head() : null;
    return new LinkPlace(
        link.name(),
        slot.identity(),
        slot.state().orElse(null),
        head,
        sessions.topicSetup().changesTopicId().orElse(null),
        secondary.checkpoint().orElse(null),
        relay.copyId().orElse(null));
  }

  private @Nullable Progress head() {
    try {
      return new ProgressLog(sessions.kafka(), sessions.registry()).heads().get(Role.PRODUCER);
    } catch (HaltException e) {
      if (mode == CopyMode.ALWAYS) {
        return null; // a new copy does not build on it; the registry may have been reset
      }
      throw e;
    }
  }

  private boolean decideCopy(LinkPlace place) {
    return switch (mode) {
      case NEVER -> false;
      case ALWAYS -> true;
      case IF_NEW -> {
        boolean wanted = place.isNew() || place.copyId() != null;
        if (!wanted) {
          report.say(
              "link " + link + " is set up already: rows are not copied again (--recopy does)");
        }
        yield wanted;
      }
    };
  }

  /** What needs no place in the log yet. */
  private void prepare(PrimarySetup primary, TableChoice tables)
      throws SQLException, InterruptedException {
    if (!relay.exists()) {
      report.step("create table duplex.relay on the primary", relay::create);
    }
    if (!secondary.hasCheckpointTable()) {
      report.step("create table duplex.applied on the secondary", secondary::createCheckpointTable);
    }
    secondary.createTables(report, tables.all());
    for (TopicShape topic : sessions.topics().missing()) {
      int factor = sessions.topics().replicationFactor();
      report.step(
          "create topic " + topic.name() + " (1 partition, replication factor " + factor + ")",
          () -> sessions.topicSetup().create(topic, factor));
    }
    for (TableId table : tables.fullRow()) {
      report.say(
          (report.isDryRun() ? "would set" : "set") + " REPLICA IDENTITY FULL on table " + table);
    }
    if (!primary.hasPublication()) {
      report.step(
          "create publication " + link.slot() + " for " + TableNames.count(tables.added()),
          () -> primary.publish(tables));
    } else if (!tables.added().isEmpty()) {
      report.step(
          "add " + TableNames.count(tables.added()) + " to publication " + link.slot(),
          () -> primary.publish(tables));
    }
  }

  /** The first head, and what it rests on: slot, then checkpoint, then head. */
  private void start(ReplicationSlot slot, LinkPlace place)
      throws SQLException, InterruptedException {
    Progress head = place.head();
    if (head != null) {
      if (place.checkpoint() == null) {
        report.step(
            "write the start of the link to the secondary",
            () ->
                secondary.start(
                    new LinkStart(
                        place.identity(),
                        head.getDecoded(),
                        head.getTopicId(),
                        head.getDecodedMicros()),
                    0));
      }
      return;
    }
    if (place.slot() == null) {
      report.step("create slot " + link.slot() + " on the primary", () -> slot.create(false));
    }
    report.step(
        "write the start of the link to the secondary and to topic " + link.progressTopic(),
        () -> {
          long point = slot.state().orElseThrow().confirmed();
          String topicId = sessions.topicSetup().changesTopicId().orElseThrow();
          long micros = LinkStart.clock(sessions.primary());
          LinkStart start = new LinkStart(place.identity(), point, topicId, micros);
          if (place.checkpoint() == null) {
            secondary.start(start, 0);
          }
          SetupInstance instance = SetupInstance.ofThisProcess();
          LinkStart.publish(
              sessions.kafka(),
              new ProgressLog(sessions.kafka(), sessions.registry()),
              start.progress(sessions.kafka(), instance.name(), instance.host()).build());
        });
  }

  private void copy(ReplicationSlot slot, List<TableId> tables, @Nullable Progress head)
      throws SQLException, InterruptedException {
    ProgressBar bar = new ProgressBar(report.terminal(), "copy", "rows");
    CopyListener listener =
        new CopyListener() {
          @Override
          public void begun(String copyId, LinkStart start, long beginOffset, Progress published)
              throws SQLException {
            secondary.startCopy(copyId, start, beginOffset, published);
          }

          @Override
          public void sent(long rows, long estimated) {
            bar.show(rows, estimated);
          }
        };
    String topicId = sessions.topicSetup().changesTopicId().orElseThrow();
    try {
      long rows =
          new RowCopy(config, sessions.kafka(), sessions.registry(), sessions.primary(), slot)
              .run(tables, topicId, head, listener);
      bar.clear();
      report.copied(rows);
    } finally {
      bar.clear();
    }
  }

  /** Without a copy, nobody carries the rows that are there already. */
  private void remindOfRows(TableChoice tables, LinkPlace place) {
    if (!place.isNew() && !tables.added().isEmpty()) {
      report.warn(
          "existing rows of "
              + TableNames.names(tables.added())
              + " are not copied; if there are any, run 'duplex init --recopy'");
    } else if (place.isNew()) {
      report.warn(
          "existing rows are not copied: the link is only identical if both databases are equal"
              + " now; 'duplex init --recopy' copies them");
    }
  }
}
