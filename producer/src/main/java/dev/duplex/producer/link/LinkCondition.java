package dev.duplex.producer.link;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.LinkState;
import java.util.Optional;

/**
 * The state of a link as one instance knows it.
 *
 * @param reason why it is not in sync; empty if it is, and for a reason that this version does not
 *     know
 * @param detail one line for people; empty if there is nothing to say
 */
public record LinkCondition(LinkState state, Optional<Reason> reason, String detail) {}
