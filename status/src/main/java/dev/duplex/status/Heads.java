package dev.duplex.status;

import dev.duplex.schemas.avro.Progress;
import java.util.Optional;

/**
 * The newest report of each side, and whether it lives.
 *
 * @param producer none if the link was never set up
 * @param consumer none if no consumer has ever worked for the link
 * @param appliedMicros a time of the primary's clock before which every commit is applied; 0 if
 *     none is known
 * @param producerSilent whether it let the observer wait in vain for another report
 * @param consumerSilent likewise
 */
public record Heads(
    Optional<Progress> producer,
    Optional<Progress> consumer,
    long appliedMicros,
    boolean producerSilent,
    boolean consumerSilent) {}
