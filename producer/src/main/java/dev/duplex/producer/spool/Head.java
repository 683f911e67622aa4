package dev.duplex.producer.spool;

import dev.duplex.schemas.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How far a spool is confirmed.
 *
 * @param first sequence of the oldest file that is still needed
 * @param sequence of the last file; where there is no end, the last that was used
 * @param end null if nothing is confirmed
 */
record Head(String link, String spool, long first, long sequence, @Nullable End end) {
  static final String FILE = "head";

  private static final String VERSION = "1";

  /**
   * Where the confirmed part ends.
   *
   * @param length of the last file
   * @param checksum of the last file, so far
   * @param transactions in all files since the spool was empty last
   * @param changes in all files since the spool was empty last
   */
  record End(
      String file,
      long length,
      int checksum,
      SpoolEnd transaction,
      long transactions,
      long changes) {

    End withDecoded(long decoded) {
      return new End(
          file, length, checksum, transaction.withDecoded(decoded), transactions, changes);
    }
  }

  Head withFirst(long newFirst) {
    return new Head(link, spool, newFirst, sequence, end);
  }

  Head withEnd(long newSequence, End newEnd) {
    return new Head(link, spool, first, newSequence, newEnd);
  }

  /** Whether there is a confirmed file that is not released. */
  boolean hasFiles() {
    return end != null && first <= sequence;
  }

  String format() {
    StringBuilder text = new StringBuilder();
    line(text, "duplex-spool", VERSION);
    line(text, "link", link);
    line(text, "spool", spool);
    line(text, "first", Long.toString(first));
    line(text, "sequence", Long.toString(sequence));
    if (end != null) {
      line(text, "file", end.file());
      line(text, "length", Long.toString(end.length()));
      line(text, "checksum", Crc.format(end.checksum()));
      SpoolEnd last = end.transaction();
      line(text, "position", Position.format(last.position()));
      line(text, "transaction-id", Long.toString(last.transactionId()));
      line(text, "commit-micros", Long.toString(last.commitMicros()));
      line(text, "decoded", Position.format(last.decoded()));
      line(text, "system-id", last.systemId());
      line(text, "timeline", Integer.toString(last.timeline()));
      line(text, "transactions", Long.toString(end.transactions()));
      line(text, "changes", Long.toString(end.changes()));
    }
    line(text, "crc", Crc.format(crc(text.toString())));
    return text.toString();
  }

  private static void line(StringBuilder text, String key, String value) {
    text.append(key).append('=').append(value).append('\n');
  }

  private static int crc(String lines) {
    byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
    return Crc.of(bytes, 0, bytes.length);
  }

  /**
   * Reads what {@link #format} writes.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static Head parse(String text) {
    Entries entries = new Entries();
    text.lines()
        .forEach(
            line -> {
              int equals = line.indexOf('=');
              if (equals < 0) {
                throw new IllegalArgumentException("it has a line without '='");
              }
              entries.put(line.substring(0, equals), line.substring(equals + 1));
            });
    if (!entries.text("duplex-spool").equals(VERSION)) {
      throw new IllegalArgumentException("its format is " + entries.text("duplex-spool"));
    }
    Head head =
        new Head(
            entries.text("link"),
            entries.text("spool"),
            entries.number("first"),
            entries.number("sequence"),
            entries.has("file") ? end(entries) : null);
    if (!head.format().equals(text)) {
      throw new IllegalArgumentException("it does not match its checksum");
    }
    return head;
  }

  private static End end(Entries entries) {
    return new End(
        entries.text("file"),
        entries.number("length"),
        entries.checksum("checksum"),
        new SpoolEnd(
            entries.position("position"),
            entries.number("transaction-id"),
            entries.number("commit-micros"),
            entries.position("decoded"),
            entries.text("system-id"),
            (int) entries.number("timeline")),
        entries.number("transactions"),
        entries.number("changes"));
  }

  /**
   * Reads the head of a directory.
   *
   * @return null if there is none
   * @throws DamageException if it is not what was written
   */
  static @Nullable Head read(Disk disk, Path directory) throws DamageException {
    Path file = directory.resolve(FILE);
    try {
      return disk.exists(file) ? parse(disk.read(file)) : null;
    } catch (IOException | IllegalArgumentException e) {
      throw new DamageException(file, 0, String.valueOf(e.getMessage()), e);
    }
  }
}
