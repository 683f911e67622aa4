package dev.duplex.cli.remove;

import dev.duplex.cli.shell.ExitCode;
import dev.duplex.cli.shell.Json;
import dev.duplex.cli.shell.LinkOptions;
import dev.duplex.cli.shell.Session;
import dev.duplex.cli.shell.Shutdown;
import dev.duplex.cli.shell.Terminal;
import dev.duplex.config.DuplexConfig;
import dev.duplex.consumer.checkpoint.CheckpointStore;
import dev.duplex.kafka.topics.TopicSetup;
import dev.duplex.producer.setup.PrimarySetup;
import dev.duplex.producer.setup.RelayTable;
import dev.duplex.producer.setup.ReplicationSlot;
import dev.duplex.schemas.Link;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes a link away. A slot that is forgotten keeps the primary's log until the disk is full. */
@Command(
    name = "remove",
    description = "Drops the link's slot and publication and, if asked, the rest.",
    mixinStandardHelpOptions = true)
public final class RemoveCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Shutdown shutdown;
  private final List<String> removed = new ArrayList<>();

  @Mixin private LinkOptions link = new LinkOptions();

  @Option(names = "--topics", description = "Delete the link's topics too.")
  private boolean topics;

  @Option(
      names = "--checkpoints",
      description = "Delete what the link left in schema duplex of both databases too.")
  private boolean checkpoints;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  public RemoveCommand(Terminal terminal, Shutdown shutdown) {
    this.terminal = terminal;
    this.shutdown = shutdown;
  }

  @Override
  public Integer call() throws SQLException, InterruptedException {
    DuplexConfig config = link.load();
    shutdown.interruptThisThread();
    Link name = new Link(config.link());
    primary(config, name);
    if (checkpoints) {
      secondary(config, name);
    }
    if (topics) {
      topics(config);
    }
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("link", name.name());
      result.put("removed", removed);
      terminal.result(Json.line(result));
    } else if (removed.isEmpty()) {
      terminal.result("link " + name + ": nothing to remove");
    }
    return ExitCode.DONE;
  }

  private void primary(DuplexConfig config, Link name) throws SQLException, InterruptedException {
    try (Connection session = Session.open("primary", config.primary().database(), "remove")) {
      try (ReplicationSlot slot = ReplicationSlot.open(config.primary().database(), name)) {
        if (slot.state().isPresent()) {
          slot.drop();
          say("slot " + name.slot());
        }
      }
      PrimarySetup setup = new PrimarySetup(config, session);
      if (setup.hasPublication()) {
        setup.dropPublication();
        say("publication " + name.slot());
      }
      RelayTable relay = new RelayTable(session, name);
      if (checkpoints && relay.exists()) {
        relay.remove();
        say("checkpoint on the primary (duplex.relay)");
      }
    }
  }

  private void secondary(DuplexConfig config, Link name) throws SQLException {
    try (Connection session = Session.open("secondary", config.secondary().database(), "remove")) {
      if (!exists(session, "SELECT pg_catalog.to_regclass('duplex.applied') IS NOT NULL")) {
        return;
      }
      CheckpointStore store = new CheckpointStore(session, name);
      if (store.find().isPresent()) {
        store.remove();
        say("checkpoint on the secondary (duplex.applied)");
      }
      try (Statement statement = session.createStatement()) {
        if (!exists(session, "SELECT EXISTS (SELECT FROM duplex.applied)")) {
          statement.execute("DROP TABLE duplex.applied");
          if (!exists(
              session,
              "SELECT EXISTS (SELECT FROM pg_catalog.pg_class"
                  + " WHERE relnamespace = 'duplex'::regnamespace)")) {
            statement.execute("DROP SCHEMA duplex");
          }
        }
      }
    }
  }

  private void topics(DuplexConfig config) throws InterruptedException {
    try (TopicSetup setup =
        new TopicSetup(
            LinkOptions.kafka(config),
            config.topics().replicationFactor(),
            config.topics().retention())) {
      for (String topic : setup.existing()) {
        setup.delete(topic);
        say("topic " + topic);
      }
    }
  }

  private void say(String what) {
    removed.add(what);
    if (!json) {
      terminal.result("removed " + what);
    }
  }

  private static boolean exists(Connection session, String sql) throws SQLException {
    try (Statement statement = session.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
