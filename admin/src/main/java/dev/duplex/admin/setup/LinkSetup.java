package dev.duplex.admin.setup;

import dev.duplex.config.DuplexConfig;
import dev.duplex.database.source.RelayTable;
import dev.duplex.database.source.ReplicationSlot;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.database.source.TableChoice;
import dev.duplex.kafka.ProgressLog;
import dev.duplex.kafka.topics.TopicShape;
import dev.duplex.producer.copy.CopyListener;
import dev.duplex.producer.copy.RowCopy;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.LinkStart;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.failure.HaltException;
import dev.duplex.schemas.failure.SetupException;
import dev.duplex.schemas.table.TableId;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets one link up, for {@code duplex init}: looks at everything first, then does what is missing.
 * Each step can be done again, so it may be killed anywhere and run again.
 *
 * <p>Owned by one thread.
 */
public final class LinkSetup {
  /** The mark of an instance that sets up. */
  private static final String INSTANCE = "init";

  /** What {@code init} may do. */
  public record Request(CopyMode copy, boolean dryRun) {}

  /** A step that is only told of in a rehearsal. */
  private interface Work {
    void run() throws SQLException, InterruptedException;
  }

  private final DuplexConfig config;
  private final Link link;
  private final SetupSessions sessions;
  private final Request request;
  private final SetupListener listener;
  private final RelayTable relay;
  private final SecondarySide secondary;

  private LinkSetup(
      DuplexConfig config,
      SetupSessions sessions,
      SecondarySide secondary,
      Request request,
      SetupListener listener) {
    this.config = config;
    this.link = new Link(config.link());
    this.sessions = sessions;
    this.request = request;
    this.listener = listener;
    this.relay = sessions.relayTable();
    this.secondary = secondary;
  }

  /**
   * Sets a link up; ends early where the thread is interrupted, and can be run again then.
   *
   * @throws SetupException with a line for each thing that stands in the way
   * @throws HaltException if the link cannot go on from where it is
   */
  public static void run(DuplexConfig config, Request request, SetupListener listener)
      throws SQLException, InterruptedException {
    try (SetupSessions sessions = SetupSessions.open(config);
        SecondarySide secondary = new SecondarySide(config, sessions)) {
      new LinkSetup(config, sessions, secondary, request, listener).run();
    }
  }

  private void run() throws SQLException, InterruptedException {
    SourceSetup primary = sessions.sourceSetup();
    TableChoice tables =
        new Prerequisites(sessions, primary, secondary).check(link, config.primary());
    try (ReplicationSlot slot = sessions.openSlot()) {
      LinkPlace place = place(slot);
      boolean copy = decideCopy(place);
      if (!copy) {
        place.require();
      }
      tables.warnings().forEach(listener::warn);
      sessions.topics().warnings().forEach(listener::warn);
      prepare(primary, tables);
      if (copy) {
        step(
            "copy the rows of "
                + TableNames.count(tables.all())
                + " (with a new slot "
                + link.slot()
                + ")",
            () -> copy(primary, slot, tables.all(), place.head()));
      } else {
        start(primary, slot, place);
        remindOfRows(tables, place);
      }
    }
  }

  private void step(String description, Work work) throws SQLException, InterruptedException {
    listener.step(description);
    if (!request.dryRun()) {
      work.run();
    }
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
      if (request.copy() == CopyMode.ALWAYS) {
        return null; // a new copy does not build on it; the registry may have been reset
      }
      throw e;
    }
  }

  private boolean decideCopy(LinkPlace place) {
    return switch (request.copy()) {
      case NEVER -> false;
      case ALWAYS -> true;
      case IF_NEW -> {
        boolean wanted = place.isNew() || place.copyId() != null;
        if (!wanted) {
          listener.note(
              "link " + link + " is set up already: rows are not copied again (--recopy does)");
        }
        yield wanted;
      }
    };
  }

  /** What needs no place in the log yet. */
  private void prepare(SourceSetup primary, TableChoice tables)
      throws SQLException, InterruptedException {
    if (!relay.exists()) {
      step("create table duplex.relay on the primary", relay::create);
    }
    if (!secondary.hasCheckpointTable()) {
      step("create table duplex.applied on the secondary", secondary::createCheckpointTable);
    }
    List<TableId> missing = secondary.missing(tables.all());
    if (!missing.isEmpty()) {
      step(
          "create " + TableNames.count(missing) + " on the secondary",
          () -> secondary.createTables(tables.all()));
    }
    for (TopicShape topic : sessions.topics().missing()) {
      int factor = sessions.topics().replicationFactor();
      step(
          "create topic " + topic.name() + " (1 partition, replication factor " + factor + ")",
          () -> sessions.topicSetup().create(topic, factor));
    }
    for (TableId table : tables.fullRow()) {
      listener.note(
          (request.dryRun() ? "would set" : "set") + " REPLICA IDENTITY FULL on table " + table);
    }
    if (!primary.hasPublication()) {
      step(
          "create publication " + link.slot() + " for " + TableNames.count(tables.added()),
          () -> primary.publish(tables));
    } else if (!tables.added().isEmpty()) {
      step(
          "add " + TableNames.count(tables.added()) + " to publication " + link.slot(),
          () -> primary.publish(tables));
    }
  }

  /** The first head, and what it rests on: slot, then checkpoint, then head. */
  private void start(SourceSetup primary, ReplicationSlot slot, LinkPlace place)
      throws SQLException, InterruptedException {
    Progress head = place.head();
    if (head != null) {
      if (place.checkpoint() == null) {
        step(
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
      step("create slot " + link.slot() + " on the primary", () -> slot.create(false));
    }
    step(
        "write the start of the link to the secondary and to topic " + link.progressTopic(),
        () -> {
          long point = slot.state().orElseThrow().confirmed();
          String topicId = sessions.topicSetup().changesTopicId().orElseThrow();
          long micros = primary.clockMicros();
          LinkStart start = new LinkStart(place.identity(), point, topicId, micros);
          if (place.checkpoint() == null) {
            secondary.start(start, 0);
          }
          FirstHead.publish(
              sessions.kafka(),
              new ProgressLog(sessions.kafka(), sessions.registry()),
              start,
              Instance.named(INSTANCE));
        });
  }

  private void copy(
      SourceSetup primary, ReplicationSlot slot, List<TableId> tables, @Nullable Progress head)
      throws SQLException, InterruptedException {
    CopyListener copying =
        new CopyListener() {
          @Override
          public void begun(String copyId, LinkStart start, long beginOffset, Progress published)
              throws SQLException {
            secondary.startCopy(copyId, start, beginOffset, published);
          }

          @Override
          public void sent(long rows, long estimated) {
            listener.copying(rows, estimated);
          }
        };
    String topicId = sessions.topicSetup().changesTopicId().orElseThrow();
    listener.copied(
        new RowCopy(config, sessions.kafka(), sessions.registry(), primary, relay, slot)
            .run(tables, topicId, head, copying));
  }

  /** Without a copy, nobody carries the rows that are there already. */
  private void remindOfRows(TableChoice tables, LinkPlace place) {
    if (!place.isNew() && !tables.added().isEmpty()) {
      listener.warn(
          "existing rows of "
              + TableNames.names(tables.added())
              + " are not copied; if there are any, run 'duplex init --recopy'");
    } else if (place.isNew()) {
      listener.warn(
          "existing rows are not copied: the link is only identical if both databases are equal"
              + " now; 'duplex init --recopy' copies them");
    }
  }
}
