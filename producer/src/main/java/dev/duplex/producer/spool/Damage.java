package dev.duplex.producer.spool;

import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;

/**
 * What cannot be read.
 *
 * @param file where
 * @param offset byte at which the damaged block begins, or 0 for the header
 * @param what what is wrong
 * @param after position of the last transaction before it that is whole; -1 if none is known
 * @param upTo position of the last transaction that is affected; -1 if it is not known
 */
public record Damage(String file, long offset, String what, long after, long upTo) {
  /** A position that is not known. */
  public static final long UNKNOWN = -1;

  /** In a line. */
  public String describe() {
    return file + " is damaged at byte " + offset + " (" + what + "); affected are " + range();
  }

  private String range() {
    return "transactions"
        + (after == UNKNOWN ? "" : " after " + Position.format(after))
        + (upTo == UNKNOWN ? "" : " up to " + Position.format(upTo))
        + (after == UNKNOWN && upTo == UNKNOWN ? " that are not known" : "");
  }

  HaltException halt() {
    return new HaltException(
        Reason.DIFF_FILE_DAMAGED,
        describe() + ": bring the file back from a copy, or run 'duplex init --recopy'");
  }
}
