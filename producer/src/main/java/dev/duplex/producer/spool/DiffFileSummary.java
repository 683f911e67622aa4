package dev.duplex.producer.spool;

import dev.duplex.schemas.PrimaryIdentity;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a diff file says of itself, and what its neighbour or the head says of its end. Null where
 * neither is at hand.
 *
 * @param bytes that are confirmed; all of the file if nothing tells how much is
 * @param firstPosition of its first change
 * @param previousPosition of the transaction before that one
 * @param lastPosition of its last change
 * @param transactions how many end in it
 * @param changes how many it has
 * @param oldestCommitMicros commit time of its first transaction: microseconds since 1970, the
 *     primary's clock
 * @param tables that its schema has
 */
public record DiffFileSummary(
    Path path,
    long bytes,
    String link,
    PrimaryIdentity identity,
    long firstPosition,
    @Nullable Long previousPosition,
    @Nullable Long lastPosition,
    @Nullable Long transactions,
    @Nullable Long changes,
    long oldestCommitMicros,
    List<String> tables) {}
