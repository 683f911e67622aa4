package dev.duplex.status.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a monitor answers at one time.
 *
 * @param links the document of {@code /api/links}
 * @param stories the past of those links that have one
 */
record Scene(ObjectNode links, Map<String, Story> stories) {
  static Scene of(Instant now, Map<String, Story> stories, List<LinkDocument> links) {
    ObjectNode document =
        JsonNodeFactory.instance
            .objectNode()
            .put("time", now.toString())
            .put("current", true)
            .put("ageSeconds", 0)
            .put("detail", "")
            .put("divergedAfterSeconds", 5);
    ArrayNode list = document.putArray("links");
    links.forEach(link -> list.add(link.json()));
    return new Scene(document, new LinkedHashMap<>(stories));
  }

  /** The monitor answers, but nothing new comes from Kafka. */
  Scene behindKafka(double seconds, String detail) {
    links.put("current", false).put("ageSeconds", seconds).put("detail", detail);
    return this;
  }
}
