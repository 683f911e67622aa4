package dev.duplex.schemas.control;

import org.apache.avro.specific.SpecificRecord;

/**
 * A record on {@code <link>.changes} that is no row, at its place in the chain.
 *
 * @param body what is written as the record's value
 */
public record ControlRecord(ControlKind kind, SpecificRecord body) {
  /**
   * Finds the kind.
   *
   * @throws IllegalArgumentException if it is of none
   */
  public static ControlRecord of(SpecificRecord body) {
    return new ControlRecord(ControlKind.of(body), body);
  }

  /** What is written as the record's key. */
  public SpecificRecord key() {
    return kind.key(body);
  }

  /** What it is about, for people: {@code copy 1f0c}. */
  public String subject() {
    return kind.subject(body);
  }

  /** The value, for those who know what records of this kind have. */
  public <T extends SpecificRecord> T body(Class<T> type) {
    return type.cast(body);
  }
}
