package dev.duplex.producer.spool;

import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.change.AvroReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** The header of a diff file: Avro's magic bytes, metadata and sync marker. Immutable. */
final class FileHeader {
  static final String SCHEMA = "avro.schema";
  static final String CODEC = "avro.codec";
  static final String FORMAT = "duplex.format";
  static final String LINK = "duplex.link";
  static final String SPOOL = "duplex.spool";
  static final String SYSTEM_ID = "duplex.system-id";
  static final String TIMELINE = "duplex.timeline";
  static final String SEQUENCE = "duplex.sequence";
  static final String FIRST_POSITION = "duplex.first.position";
  static final String FIRST_ORDER = "duplex.first.order";
  static final String FIRST_COMMIT_MICROS = "duplex.first.commit-micros";
  static final String PREVIOUS_POSITION = "duplex.previous.position";
  static final String TRANSACTIONS_BEFORE = "duplex.before.transactions";
  static final String CHANGES_BEFORE = "duplex.before.changes";
  static final String PRECEDING_FILE = "duplex.preceding.file";
  static final String PRECEDING_LENGTH = "duplex.preceding.length";
  static final String PRECEDING_CHECKSUM = "duplex.preceding.checksum";
  static final String PRECEDING_POSITION = "duplex.preceding.position";
  static final String SCHEMAS = "duplex.schemas";

  static final String ZSTANDARD = "zstandard";
  static final String VERSION = "1";
  static final int SYNC_BYTES = 16;

  private static final String CHECKSUM = "duplex.checksum";
  private static final byte[] MAGIC = {'O', 'b', 'j', 1};

  private final Entries entries;
  private final byte[] sync;
  private final byte[] bytes;

  private FileHeader(Entries entries, byte[] sync, byte[] bytes) {
    this.entries = entries;
    this.sync = sync;
    this.bytes = bytes;
  }

  /** A new header; adds the checksum to the entries. */
  static FileHeader of(Entries entries, byte[] sync) {
    entries.putChecksum(CHECKSUM, checksumOf(entries));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      encoder.writeMapStart();
      encoder.setItemCount(entries.texts().size());
      for (Map.Entry<String, String> entry : entries.texts().entrySet()) {
        encoder.startItem();
        encoder.writeString(entry.getKey());
        encoder.writeBytes(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
      encoder.writeMapEnd();
    } catch (IOException e) {
      throw new UncheckedIOException("an array refuses bytes", e);
    }
    out.writeBytes(sync);
    return new FileHeader(entries, sync.clone(), out.toByteArray());
  }

  /**
   * Reads a header from the begin of a file.
   *
   * @throws IllegalArgumentException if it is none, or is not what was written; also if the header
   *     goes on behind the bytes
   */
  static FileHeader parse(byte[] start) {
    require(
        start.length > MAGIC.length && Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, 4),
        "it is no Avro file");
    AvroReader in = new AvroReader();
    in.reset(start, MAGIC.length);
    Entries entries = new Entries();
    try {
      for (long left = in.readLong(); left != 0; left = in.readLong()) {
        require(left > 0, "its metadata is not as Duplex writes it");
        for (; left > 0; left--) {
          String key = text(in);
          require(!entries.has(key), "its metadata has '" + key + "' twice");
          entries.put(key, text(in));
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("its header ends in the middle", e);
    }
    int end = in.position() + SYNC_BYTES;
    require(end <= start.length, "its header ends in the middle");
    FileHeader header =
        new FileHeader(
            entries, Arrays.copyOfRange(start, in.position(), end), Arrays.copyOf(start, end));
    header.check();
    return header;
  }

  private void check() {
    require(entries.has(FORMAT), "it is no diff file");
    int expected = entries.checksum(CHECKSUM);
    require(expected == checksumOf(entries), "its metadata does not match its checksum");
    require(entries.text(FORMAT).equals(VERSION), "its format is " + entries.text(FORMAT));
    require(entries.text(CODEC).equals(ZSTANDARD), "its codec is " + entries.text(CODEC));
  }

  private static String text(AvroReader in) {
    int length = in.readLength();
    String text = new String(in.bytes(), in.position(), length, StandardCharsets.UTF_8);
    in.skip(length);
    return text;
  }

  private static int checksumOf(Entries entries) {
    CRC32C crc = new CRC32C();
    entries
        .texts()
        .forEach(
            (key, text) -> {
              if (!key.equals(CHECKSUM)) {
                crc.update(key.getBytes(StandardCharsets.UTF_8));
                crc.update(0);
                crc.update(text.getBytes(StandardCharsets.UTF_8));
                crc.update(0);
              }
            });
    return (int) crc.getValue();
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** The whole header. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return bytes.length;
  }

  /** Checksum of a file that has no block yet. */
  int checksum() {
    return Crc.of(bytes, 0, bytes.length);
  }

  byte[] sync() {
    return sync;
  }

  DiffFileName name() {
    return new DiffFileName(firstPosition(), sequence());
  }

  String schema() {
    return entries.text(SCHEMA);
  }

  List<String> fingerprints() {
    return List.of(entries.text(SCHEMAS).split(","));
  }

  String link() {
    return entries.text(LINK);
  }

  String spool() {
    return entries.text(SPOOL);
  }

  PrimaryIdentity identity() {
    return new PrimaryIdentity(entries.text(SYSTEM_ID), (int) entries.number(TIMELINE));
  }

  long sequence() {
    return entries.number(SEQUENCE);
  }

  long firstPosition() {
    return entries.position(FIRST_POSITION);
  }

  long firstOrder() {
    return entries.number(FIRST_ORDER);
  }

  long firstCommitMicros() {
    return entries.number(FIRST_COMMIT_MICROS);
  }

  /** Null if it was not known. */
  @Nullable Long previousPosition() {
    return entries.text(PREVIOUS_POSITION).isEmpty() ? null : entries.position(PREVIOUS_POSITION);
  }

  long transactionsBefore() {
    return entries.number(TRANSACTIONS_BEFORE);
  }

  long changesBefore() {
    return entries.number(CHANGES_BEFORE);
  }

  boolean hasPreceding() {
    return entries.has(PRECEDING_FILE);
  }

  String precedingFile() {
    return entries.text(PRECEDING_FILE);
  }

  long precedingLength() {
    return entries.number(PRECEDING_LENGTH);
  }

  int precedingChecksum() {
    return entries.checksum(PRECEDING_CHECKSUM);
  }

  /** Position of the last change before the file. */
  long precedingPosition() {
    return entries.position(PRECEDING_POSITION);
  }
}
