package dev.duplex.status.monitor;

import dev.duplex.schemas.avro.LinkState;
import java.time.Duration;
import java.time.Instant;

/**
 * One second of a link.
 *
 * @param time the monitor's clock
 */
public record Sample(
    Instant time,
    LinkState state,
    Duration lag,
    long transactionsBehind,
    double publishedPerSecond,
    double appliedPerSecond,
    long bytesSpooled) {}
