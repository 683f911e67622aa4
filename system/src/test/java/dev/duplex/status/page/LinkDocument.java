package dev.duplex.status.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the monitor tells of one link, as JSON; in sync unless it is made otherwise. */
final class LinkDocument {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final ObjectNode node = JSON.objectNode();
  private final Instant now;

  LinkDocument(String link, Instant now) {
    this.now = now;
    node.put("link", link);
    state("IN_SYNC", null, "", Duration.ofSeconds(8_052));
    figures(3, 0.2, 0, 1_204, 1_203);
    node.set(
        "producer",
        side("LIVE", "0/2C340AE0", 1_480_233, "41733@db1.north.example#a91c", "db1.north.example")
            .set("self", self("PRODUCER", "LIVE", null, "")));
    node.set(
        "consumer",
        side("LIVE", "0/2C33F1B8", 1_480_230, "2210@db2.south.example#07fe", "db2.south.example")
            .set("self", self("CONSUMER", "APPLYING", null, "")));
    node.putArray("incidents");
  }

  LinkDocument state(String state, @Nullable String reason, String detail, Duration age) {
    node.put("state", state)
        .put("reason", reason)
        .put("detail", detail)
        .put("since", now.minus(age).toString())
        .put("stateSeconds", age.toMillis() / 1_000.0);
    return this;
  }

  LinkDocument figures(
      long behind, double lag, long spooled, double publishedPerSecond, double appliedPerSecond) {
    node.put("transactionsBehind", behind)
        .put("changesBehind", behind * 4)
        .put("lagSeconds", lag)
        .put("bytesSpooled", spooled)
        .put("publishedPerSecond", publishedPerSecond)
        .put("appliedPerSecond", appliedPerSecond);
    return this;
  }

  /** What the producer or the consumer says of itself. */
  LinkDocument self(String role, String state, @Nullable String reason, String detail, double age) {
    ObjectNode side = side(role);
    ObjectNode self = self(role.toUpperCase(Locale.ROOT), state, reason, detail);
    side.set("self", self.put("stateSeconds", age));
    return this;
  }

  LinkDocument spool(long transactions, long bytes, Instant oldestCommit) {
    ((ObjectNode) side("producer").get("self"))
        .putObject("spool")
        .put("transactions", transactions)
        .put("changes", transactions * 4)
        .put("bytes", bytes)
        .put("firstPosition", "0/2C340AE0")
        .put("lastPosition", "0/31F2A9C8")
        .put("oldestCommit", oldestCommit.toString())
        .put("ageSeconds", Duration.between(oldestCommit, now).toMillis() / 1_000.0);
    return this;
  }

  LinkDocument silent(String role, double seconds) {
    side(role).put("silentSeconds", seconds).putNull("self");
    return this;
  }

  LinkDocument halted(String role, String detail) {
    side(role).put("state", "HALTED").put("detail", detail).putNull("self");
    return this;
  }

  LinkDocument copying() {
    side("producer").put("state", "COPYING");
    side("consumer").put("state", "COPYING");
    return this;
  }

  LinkDocument without(String role) {
    node.putNull(role);
    return this;
  }

  LinkDocument open(ObjectNode event) {
    node.withArray("incidents").add(event);
    return this;
  }

  ObjectNode side(String role) {
    return (ObjectNode) node.get(role);
  }

  ObjectNode json() {
    return node;
  }

  private static ObjectNode side(
      String state, String position, long transactions, String instance, String host) {
    return JSON.objectNode()
        .put("state", state)
        .putNull("detail")
        .put("position", position)
        .put("transactions", transactions)
        .put("changes", transactions * 4)
        .put("mismatches", 0)
        .put("epoch", 7)
        .put("instance", instance)
        .put("host", host)
        .put("silentSeconds", 0.4);
  }

  private ObjectNode self(String role, String state, @Nullable String reason, String detail) {
    return JSON.objectNode()
        .put("role", role)
        .put("link", node.get("link").asText())
        .put("instance", "41733@db1.north.example#a91c")
        .put("state", state)
        .put("reason", reason)
        .put("detail", detail)
        .put("stateSeconds", 8_052)
        .put("position", "0/2C340AE0")
        .put("transactions", 1_480_233)
        .put("changes", 5_920_932)
        .putNull("spool");
  }
}
