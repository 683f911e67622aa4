package dev.duplex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The examples in docs/alerts can be read, and name only metrics that operations.md tells of. */
final class AlertExamplesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern METRIC = Pattern.compile("duplex_(?:link|monitor|applier)_[a-z_]+");

  @Test
  void shouldBeRulesThatNameKnownMetrics() throws Exception {
    String rules = Files.readString(DOCS.resolve("alerts/prometheus-rules.yaml"));
    Object yaml = new Load(LoadSettings.builder().build()).loadFromString(rules);
    assertThat(yaml).asInstanceOf(InstanceOfAssertFactories.MAP).containsKey("groups");
    assertThat(metrics(rules)).isNotEmpty().isSubsetOf(documented());
  }

  @Test
  void shouldBeADashboardThatNamesKnownMetrics() throws Exception {
    String file = Files.readString(DOCS.resolve("alerts/grafana-dashboard.json"));
    JsonNode dashboard = new ObjectMapper().readTree(file);
    assertThat(dashboard.path("panels")).isNotEmpty();
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(panel.path("targets")).as(panel.path("title").asText()).isNotEmpty();
    }
    assertThat(metrics(file)).isNotEmpty().isSubsetOf(documented());
  }

  private static Set<String> documented() throws Exception {
    return metrics(Files.readString(DOCS.resolve("operations.md")));
  }

  private static Set<String> metrics(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = METRIC.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }
}
