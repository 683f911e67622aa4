package dev.duplex.producer.relay;

import dev.duplex.config.BatchLimit;
import dev.duplex.producer.spool.Changes;
import dev.duplex.schemas.Instance;
import dev.duplex.schemas.time.Time;
import java.sql.SQLException;

/** A lease on the link of a primary in memory. */
final class TestLease {
  private TestLease() {}

  static RelayLease of(FakePrimary primary, Time time) throws SQLException {
    return RelayLease.claim(
        Changes.LINK,
        Instance.of(1, "host", "cafe"),
        primary,
        new RelayHealth(Changes.LINK, time),
        primary.openLog(),
        new BatchLimit(1_000, 1 << 20),
        time);
  }
}
