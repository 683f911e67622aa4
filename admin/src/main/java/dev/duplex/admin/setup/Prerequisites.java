package dev.duplex.admin.setup;

import dev.duplex.config.PrimaryConfig;
import dev.duplex.database.source.SourceSetup;
import dev.duplex.database.source.TableChoice;
import dev.duplex.schemas.Link;
import dev.duplex.schemas.failure.SetupException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Everything that a link needs and {@code init} cannot make. */
record Prerequisites(SetupSessions sessions, SourceSetup primary, SecondarySide secondary) {
  /**
   * Checks them all before anything is changed.
   *
   * @return the tables that the link is to have
   * @throws SetupException with a line for each problem
   */
  TableChoice check(Link link, PrimaryConfig config) throws SQLException {
    List<String> problems = new ArrayList<>();
    if (!primary.lock()) {
      throw new SetupException(
          "another 'duplex init' of link " + link + " is at work; wait for it to end");
    }
    problems.addAll(primary.problems());
    TableChoice tables = primary.chooseTables(config);
    problems.addAll(tables.problems());
    problems.addAll(secondary.problems(tables.all()));
    problems.addAll(sessions.topics().problems());
    if (!problems.isEmpty()) {
      throw new SetupException(String.join("\n", problems));
    }
    return tables;
  }
}
