package dev.duplex.schemas;

/**
 * Within one identity of the primary, positions can be compared; across two they mean nothing.
 *
 * @param systemId PostgreSQL's system identifier (IDENTIFY_SYSTEM)
 * @param timeline the timeline; a restore or a failover starts another
 */
public record PrimaryIdentity(String systemId, int timeline) {
  @Override
  public String toString() {
    return systemId + "/" + timeline;
  }
}
