package dev.duplex.producer.spool;

import dev.duplex.schemas.Position;
import dev.duplex.schemas.Reason;
import dev.duplex.schemas.failure.HaltException;
import org.jspecify.annotations.Nullable;

/**
 * What cannot be read. Positions are null where they are not known.
 *
 * @param file its path
 * @param offset byte at which the damaged block begins; 0 for the header or the whole file
 * @param what what is wrong
 * @param after position of the last transaction before it that is whole
 * @param from if that is not known: position of the first transaction that is affected
 * @param upTo position of the last transaction that is affected
 */
public record Damage(
    String file,
    long offset,
    String what,
    @Nullable Long after,
    @Nullable Long from,
    @Nullable Long upTo) {

  /** Of a whole file, as far as its name tells. */
  static Damage of(DamageException e) {
    Long first = DiffFileName.of(e.file()).map(DiffFileName::firstPosition).orElse(null);
    return new Damage(e.file().toString(), e.offset(), e.what(), null, first, e.upTo());
  }

  /** In a line. */
  public String describe() {
    return file + " is damaged at byte " + offset + " (" + what + "); affected: " + range();
  }

  /** Which transactions are affected, in words. */
  public String range() {
    StringBuilder text = new StringBuilder("transactions");
    if (after != null) {
      text.append(" after ").append(Position.format(after));
    } else if (from != null) {
      text.append(" from ").append(Position.format(from));
    }
    if (upTo != null) {
      text.append(" up to ").append(Position.format(upTo));
    } else {
      text.append(after == null && from == null ? " that are not known" : " on");
    }
    return text.toString();
  }

  HaltException halt() {
    return new HaltException(
        Reason.DIFF_FILE_DAMAGED,
        describe() + ": bring the file back from a copy, or run 'duplex init --recopy'");
  }
}
