package dev.duplex.schemas.judge;

import dev.duplex.schemas.Reason;
import dev.duplex.schemas.avro.Role;
import java.util.Optional;

/**
 * What a producer or consumer says of itself, which is known also while Kafka is away.
 *
 * @param state of the relay or applier
 * @param reason why it does not work as it should
 * @param detail one line for people; empty if there is nothing to say
 * @param stateSeconds for how long it is in this state
 * @param position the last transaction published or applied; 0 if unknown
 * @param transactions published or applied since the link began; 0 if this process has not had the
 *     role
 * @param changes likewise
 * @param spool what waits in its diff files; empty for a consumer
 */
public record ServiceReport(
    Role role,
    String link,
    String instance,
    ServiceState state,
    Optional<Reason> reason,
    String detail,
    double stateSeconds,
    long position,
    long transactions,
    long changes,
    Optional<SpoolReport> spool) {
  /** Whether another instance has the role. */
  public boolean isStandby() {
    return state == ServiceState.STANDBY;
  }
}
