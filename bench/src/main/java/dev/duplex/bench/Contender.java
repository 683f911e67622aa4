package dev.duplex.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Who is measured. */
enum Contender {
  /** The primary alone. */
  NONE("no follower"),
  /** PostgreSQL's own logical replication: publication and subscription. */
  NATIVE("native"),
  /** No library, only the connection pool that it contains. */
  POOL("bare HikariCP"),
  DUPLEX("Duplex"),
  /** Duplex whose producer went on while its consumer was stopped: the backlog waits in Kafka. */
  DUPLEX_FROM_KAFKA("Duplex, backlog in Kafka");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  /** Lower-case and fit for the name of a database and of a link. */
  String key() {
    return switch (this) {
      case NONE -> "none";
      case NATIVE -> "native";
      case POOL -> "pool";
      case DUPLEX -> "duplex";
      case DUPLEX_FROM_KAFKA -> "kafka";
    };
  }

  /** Another one begins in each repetition, so that warm caches favour nobody. */
  static List<Contender> inTurn(List<Contender> contenders, int repetition) {
    List<Contender> order = new ArrayList<>(contenders);
    Collections.rotate(order, -repetition);
    return order;
  }
}
