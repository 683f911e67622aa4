package dev.duplex.producer.spool;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.apache.avro.io.BinaryData;

/**
 * A diff file that is being written. Avro's own writer hides where a block ends in the file, and
 * after a failed write it cannot go back to a block's end.
 *
 * <p>Owned by one thread.
 */
final class DiffFileWriter implements AutoCloseable {
  private final Path path;
  private final FileHeader header;
  private final Disk.OpenFile file;
  private long length;
  private int checksum;
  private long lastPosition;

  private DiffFileWriter(Path path, FileHeader header, Disk.OpenFile file) {
    this.path = path;
    this.header = header;
    this.file = file;
  }

  /** Makes the file and writes its header. */
  static DiffFileWriter create(Disk disk, Path directory, FileHeader header) throws IOException {
    Path path = directory.resolve(header.name().toString());
    Disk.OpenFile file = disk.openToWrite(path);
    DiffFileWriter writer = new DiffFileWriter(path, header, file);
    try {
      file.setLength(0);
      file.write(header.bytes(), 0, header.length());
      writer.length = header.length();
      writer.checksum = header.checksum();
      return writer;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  void write(Frame frame) throws IOException {
    frame.seal(header.sync());
    file.write(frame.bytes, frame.start, frame.length());
    CRC32C crc = Crc.after(checksum);
    crc.update(frame.bytes, frame.start, frame.length());
    checksum = (int) crc.getValue();
    length += frame.length();
    lastPosition = frame.lastPosition;
  }

  /** Goes back to an earlier end. */
  void cut(DiffFile to) throws IOException {
    file.setLength(to.length());
    file.seek(to.length());
    length = to.length();
    checksum = to.checksum();
    lastPosition = to.lastPosition();
  }

  void force() {
    file.force();
  }

  long sequence() {
    return header.sequence();
  }

  long length() {
    return length;
  }

  /** The file up to here. */
  DiffFile written() {
    return DiffFile.confirmed(path, header, length, checksum, lastPosition);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** A compressed block; one is filled again for each. */
  static final class Frame implements AutoCloseable {
    private static final int LEVEL = 1;
    private static final int ROOM_BEFORE = 20; // two numbers of at most 10 bytes
    private static final int KEEP_BYTES = 2 * Block.LIMIT_BYTES;

    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private byte[] bytes = new byte[0];
    private int start;
    private int end;
    private long lastPosition;

    Frame() {
      zstd.setLevel(LEVEL);
      zstd.setChecksum(true);
    }

    /** Fills it with what lies before a place. */
    void fill(Block block, Block.Place to) {
      int count = to.bytes();
      int bound = ROOM_BEFORE + (int) Zstd.compressBound(count) + FileHeader.SYNC_BYTES;
      if (bytes.length < bound || (bytes.length > KEEP_BYTES && bound <= KEEP_BYTES)) {
        bytes = new byte[bound];
      }
      int size =
          zstd.compressByteArray(
              bytes, ROOM_BEFORE, bytes.length - ROOM_BEFORE, block.bytes(), 0, count);
      byte[] numbers = new byte[ROOM_BEFORE];
      int length = BinaryData.encodeLong(to.changes(), numbers, 0);
      length += BinaryData.encodeLong(size, numbers, length);
      start = ROOM_BEFORE - length;
      System.arraycopy(numbers, 0, bytes, start, length);
      end = ROOM_BEFORE + size + FileHeader.SYNC_BYTES;
      lastPosition = to.position();
    }

    /** Bytes in the file. */
    int length() {
      return end - start;
    }

    private void seal(byte[] sync) {
      System.arraycopy(sync, 0, bytes, end - sync.length, sync.length);
    }

    @Override
    public void close() {
      zstd.close();
    }
  }
}
