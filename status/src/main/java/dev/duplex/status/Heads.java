package dev.duplex.status;

import dev.duplex.schemas.avro.Progress;
import java.util.Optional;

/**
 * The newest report of each side, and whether it lives.
 *
 * @param producer none if the link was never set up
 * @param consumer none if no consumer has ever worked for the link
 * @param producerSilent whether it let the observer wait in vain for another report
 * @param consumerSilent likewise
 */
public record Heads(
    Optional<Progress> producer,
    Optional<Progress> consumer,
    boolean producerSilent,
    boolean consumerSilent) {}
