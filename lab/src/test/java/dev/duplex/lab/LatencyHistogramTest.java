package dev.duplex.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LatencyHistogramTest {
  @Test
  void shouldTellQuantilesWithinFourPercent() {
    LatencyHistogram histogram = new LatencyHistogram();
    for (int micros = 1; micros <= 100_000; micros++) {
      histogram.record(micros * 1_000L);
    }
    for (int percent : new int[] {1, 50, 95, 99, 100}) {
      double exact = percent * 1_000_000.0;
      assertThat((double) histogram.quantile(percent / 100.0).toNanos())
          .isBetween(exact, exact * 1.04);
    }
    assertThat(histogram.longest()).isEqualTo(Duration.ofMillis(100));
    assertThat(histogram.total()).isEqualTo(100_000);
  }

  @Test
  void shouldTellZeroWithoutAnyAndCopeWithExtremes() {
    LatencyHistogram histogram = new LatencyHistogram();
    assertThat(histogram.quantile(0.5)).isEqualTo(Duration.ZERO);
    histogram.record(Long.MAX_VALUE / 2);
    LatencyHistogram sum = new LatencyHistogram();
    sum.record(0);
    sum.add(histogram);
    assertThat(sum.total()).isEqualTo(2);
    assertThat(sum.quantile(1)).isEqualTo(Duration.ofNanos(Long.MAX_VALUE / 2));
  }
}
