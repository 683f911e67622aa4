package dev.duplex.database.source;

import dev.duplex.schemas.PrimaryIdentity;

/**
 * Which primary a log belongs to.
 *
 * @param database its name, for the envelope
 */
public record SourceIdentity(PrimaryIdentity identity, String database) {}
