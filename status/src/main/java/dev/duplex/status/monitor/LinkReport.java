package dev.duplex.status.monitor;

import dev.duplex.schemas.judge.ServiceReport;
import dev.duplex.status.LinkStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a monitor says of one link.
 *
 * @param status the worst of what both sides, the status topic and the services say
 * @param since when it came into this state with this reason; the clock of the monitor, or of the
 *     observer of the incident
 * @param producerSilence since the producer last reported, as measured here
 * @param consumerSilence likewise
 * @param changesBehind published and not applied yet
 * @param publishedPerSecond transactions, over the last seconds
 * @param appliedPerSecond likewise
 * @param bytesSpooled size of the diff files, as far as known
 * @param producer what the active producer says of itself, if it can be asked
 * @param consumer likewise
 */
public record LinkReport(
    LinkStatus status,
    Instant since,
    Duration producerSilence,
    Duration consumerSilence,
    long changesBehind,
    double publishedPerSecond,
    double appliedPerSecond,
    long bytesSpooled,
    Optional<ServiceReport> producer,
    Optional<ServiceReport> consumer) {}
