package dev.duplex.bench;

import java.io.IOException;
import java.sql.SQLException;

/** One of the benchmarks. */
interface Benchmark {
  /**
   * Measures everything once more for each repetition.
   *
   * @throws BenchException if a follower does not get in step within the limit, or differs
   */
  void run(Figures figures) throws IOException, SQLException, InterruptedException;
}
