package dev.duplex.schemas.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplex.schemas.avro.LinkState;
import dev.duplex.schemas.avro.Observer;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class LinkTransitionsTest {
  @Test
  void shouldHaveTheseStepsAndNoOthers() {
    Set<String> everybody =
        Set.of(
            "IN_SYNC -> DIVERGED",
            "IN_SYNC -> RECOVERING",
            "IN_SYNC -> HALTED",
            "DIVERGED -> DIVERGED",
            "DIVERGED -> RECOVERING",
            "DIVERGED -> HALTED",
            "RECOVERING -> IN_SYNC",
            "RECOVERING -> DIVERGED",
            "RECOVERING -> RECOVERING",
            "RECOVERING -> HALTED",
            "HALTED -> DIVERGED",
            "HALTED -> RECOVERING",
            "HALTED -> HALTED");
    for (Observer owner : Observer.values()) {
      Set<String> expected = new TreeSet<>(everybody);
      if (owner != Observer.PRODUCER) {
        expected.addAll(Set.of("DIVERGED -> IN_SYNC", "HALTED -> IN_SYNC"));
      }
      assertThat(steps(owner)).as("%s", owner).isEqualTo(expected);
    }
  }

  private static Set<String> steps(Observer owner) {
    Set<String> steps = new TreeSet<>();
    for (LinkState from : LinkState.values()) {
      for (LinkState to : LinkState.values()) {
        if (LinkTransitions.isLegal(owner, from, to)) {
          assertThat(LinkTransitions.require(owner, from, to)).isEqualTo(to);
          steps.add(from + " -> " + to);
        } else {
          assertThatThrownBy(() -> LinkTransitions.require(owner, from, to))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("from " + from + " to " + to);
        }
      }
    }
    return steps;
  }
}
