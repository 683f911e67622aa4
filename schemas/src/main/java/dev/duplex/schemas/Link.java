package dev.duplex.schemas;

import java.util.Locale;

/** The names that belong to one link; the only place where they are made. */
public record Link(String name) {

  /** Checks the name: it becomes part of a slot name, topic names and an Avro namespace. */
  public Link {
    if (!name.matches("[a-z0-9_]{1,40}")) {
      throw new IllegalArgumentException("'" + name + "' is no link name: [a-z0-9_], at most 40");
    }
  }

  public String changesTopic() {
    return name + ".changes";
  }

  public String progressTopic() {
    return name + ".progress";
  }

  public String statusTopic() {
    return name + ".status";
  }

  /** The relay's; a new relay of the same link fences the old one by it. */
  public String transactionalId() {
    return "duplex-" + name;
  }

  /** That of an observer's status events, for the same reason. */
  public String statusTransactionalId(String observer) {
    return transactionalId() + "-status-" + observer.toLowerCase(Locale.ROOT);
  }

  /** Name of both the replication slot and the publication on the primary. */
  public String slot() {
    return "duplex_" + name;
  }

  @Override
  public String toString() {
    return name;
  }
}
