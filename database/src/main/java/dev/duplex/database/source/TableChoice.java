package dev.duplex.database.source;

import dev.duplex.schemas.table.TableId;
import java.util.List;

/**
 * Which tables a link has, by configuration and by what the primary already publishes.
 *
 * @param published in the publication already
 * @param added to be added to it
 * @param fullRow those of {@code added} that get REPLICA IDENTITY FULL, partitions included
 * @param problems each one line that says what to set
 * @param warnings each one line
 */
public record TableChoice(
    List<TableId> published,
    List<TableId> added,
    List<TableId> fullRow,
    List<String> problems,
    List<String> warnings) {
  public TableChoice {
    published = List.copyOf(published);
    added = List.copyOf(added);
    fullRow = List.copyOf(fullRow);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }

  /** All tables of the link after it is set up, in order. */
  public List<TableId> all() {
    return java.util.stream.Stream.concat(published.stream(), added.stream()).sorted().toList();
  }
}
