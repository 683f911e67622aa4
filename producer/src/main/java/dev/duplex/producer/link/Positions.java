package dev.duplex.producer.link;

/**
 * How far the link is; each is {@value #UNKNOWN} while unknown.
 *
 * @param decoded the primary's log up to here is published
 * @param published the last transaction published
 * @param applied the last transaction applied
 */
record Positions(long decoded, long published, long applied) {
  static final long UNKNOWN = -1;

  static final Positions NONE = new Positions(UNKNOWN, UNKNOWN, UNKNOWN);

  /** What is published grows; two sources may tell of it, one later than the other. */
  Positions published(long newDecoded, long newPublished) {
    return new Positions(Math.max(decoded, newDecoded), Math.max(published, newPublished), applied);
  }

  Positions applied(long newApplied) {
    return new Positions(decoded, published, Math.max(applied, newApplied));
  }
}
