package dev.duplex.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.duplex.bench.Figures.Better;
import dev.duplex.bench.Figures.Measure;
import dev.duplex.bench.Figures.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FiguresTest {
  private static final Measure TIME = new Measure("a thing", "s", Better.LESS);
  private static final Measure RATE = new Measure("another", "tx/s", Better.MORE);

  @Test
  void shouldTellMedianAndSpread() {
    assertThat(Summary.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Summary(2, 1, 3));
    assertThat(Summary.of(List.of(4.0, 1.0))).isEqualTo(new Summary(2.5, 1, 4));
  }

  @Test
  void shouldHaveARatioAboveOneWhereDuplexIsFaster() {
    Figures figures = new Figures(line -> {});
    figures.add(TIME, Contender.NATIVE, 4);
    figures.add(TIME, Contender.DUPLEX, 2);
    figures.add(RATE, Contender.NATIVE, 400);
    figures.add(RATE, Contender.DUPLEX, 100);
    assertThat(figures.ratio(TIME, Contender.DUPLEX).orElseThrow()).isEqualTo(2, within(1e-9));
    assertThat(figures.ratio(RATE, Contender.DUPLEX).orElseThrow()).isEqualTo(0.25, within(1e-9));
    assertThat(Report.table(figures))
        .containsExactly(
            "| what | unit | native | Duplex | Duplex : other |",
            "|---|---|---:|---:|---:|",
            "| a thing | s | 4.00 | 2.00 | 2.00 |",
            "| another | tx/s | 400 | 100 | 0.25 |");
  }

  @Test
  void shouldTakeQuantilesByNearestRank() {
    double[] hundred = new double[100];
    for (int i = 0; i < hundred.length; i++) {
      hundred[i] = i + 1;
    }
    assertThat(Latency.quantile(hundred, 0.5)).isEqualTo(50);
    assertThat(Latency.quantile(hundred, 0.99)).isEqualTo(99);
    assertThat(Latency.quantile(new double[] {7}, 0.99)).isEqualTo(7);
  }

  @Test
  void shouldBeginWithAnotherOneEachTime() {
    List<Contender> both = List.of(Contender.NATIVE, Contender.DUPLEX);
    assertThat(Contender.inTurn(both, 0)).isEqualTo(both);
    assertThat(Contender.inTurn(both, 1)).containsExactly(Contender.DUPLEX, Contender.NATIVE);
  }

  @Test
  void shouldReplaceOnlyTheFiguresOfThePage(@TempDir Path directory) throws IOException {
    Path page = directory.resolve("page.md");
    Files.writeString(
        page, "# Title\n\n" + DocsPage.BEGIN + "\nold\n" + DocsPage.END + "\n\nMore.\n");
    DocsPage.replace(page, List.of("new", "lines"));
    assertThat(page)
        .hasContent(
            "# Title\n\n" + DocsPage.BEGIN + "\n\nnew\nlines\n\n" + DocsPage.END + "\n\nMore.\n");
    Files.writeString(page, "# Title\n");
    assertThatThrownBy(() -> DocsPage.replace(page, List.of()))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("put them back");
  }

  @Test
  void shouldHaveAPageToWriteTo() {
    assertThat(Path.of("../docs/benchmarks.md"))
        .content()
        .contains(DocsPage.BEGIN)
        .contains(DocsPage.END);
  }
}
