package dev.duplex.producer.spool;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.duplex.schemas.PrimaryIdentity;
import dev.duplex.schemas.change.AvroReader;
import dev.duplex.schemas.change.Change;
import dev.duplex.schemas.change.ChangeReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads one diff file and checks everything that can be checked within it. Holds one block at a
 * time.
 *
 * <p>Owned by one thread.
 */
final class DiffFileReader implements AutoCloseable {
  private static final int NUMBERS_BYTES = 20; // two numbers of at most 10 bytes
  private static final int FIRST_LOOK_BYTES = 64 << 10;
  private static final int SKIP_BYTES = 256 << 10;
  private static final int LONGEST_HEADER_BYTES = 64 << 20;
  private static final int LONGEST_BLOCK_BYTES = Spool.MAX_CHANGE_BYTES + 16;

  private final Path path;
  private final Disk.OpenFile file;
  private final FileHeader header;
  private final PrimaryIdentity identity;
  private final List<KnownSchemas.Known> branches;
  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private final AvroReader in = new AvroReader();
  private final ChangeReader changes = new ChangeReader();

  private long offset;
  private int checksum;
  private byte[] raw = new byte[0];
  private byte[] block = new byte[0];
  private long blockOffset;
  private long left;
  private int at;
  private boolean isFirst = true;
  private boolean hasChecksum = true;

  private DiffFileReader(
      Path path, Disk.OpenFile file, FileHeader header, List<KnownSchemas.Known> branches) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.identity = header.identity();
    this.branches = branches;
    this.offset = header.length();
    this.checksum = header.checksum();
  }

  static DiffFileReader open(Disk disk, Path path, KnownSchemas schemas) throws DamageException {
    FileHeader header = header(disk, path);
    try {
      List<KnownSchemas.Known> branches = schemas.branches(header);
      return new DiffFileReader(path, disk.openToRead(path), header, branches);
    } catch (IOException | IllegalArgumentException e) {
      throw new DamageException(path, 0, String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads a file's header. */
  static FileHeader header(Disk disk, Path path) throws DamageException {
    try (Disk.OpenFile file = disk.openToRead(path)) {
      long limit = Math.min(file.length(), LONGEST_HEADER_BYTES);
      // How long it is shows only in the end, so what does not fit is looked at again, larger.
      for (long size = FIRST_LOOK_BYTES; ; size *= 4) {
        byte[] start = new byte[(int) Math.min(size, limit)];
        file.seek(0);
        file.readFully(start, 0, start.length);
        try {
          return FileHeader.parse(start);
        } catch (IllegalArgumentException e) {
          if (start.length == limit) {
            throw e;
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new DamageException(path, 0, String.valueOf(e.getMessage()), e);
    }
  }

  FileHeader header() {
    return header;
  }

  Path path() {
    return path;
  }

  /** Where the next block begins. */
  long offset() {
    return offset;
  }

  /** Checksum of everything before {@link #offset}. */
  int checksum() {
    return checksum;
  }

  /** Whether {@link #checksum} says something: whether nothing was skipped. */
  boolean hasChecksum() {
    return hasChecksum;
  }

  /** Where the block begins that is being read. */
  long blockOffset() {
    return blockOffset;
  }

  /** Whether the block has another change. */
  boolean isInBlock() {
    return left > 0;
  }

  /**
   * Reads the next block.
   *
   * @param limit where the file ends
   */
  void readBlock(long limit) throws DamageException {
    blockOffset = offset;
    try {
      file.seek(offset);
      byte[] numbers = new byte[(int) Math.min(NUMBERS_BYTES, limit - offset)];
      file.readFully(numbers, 0, numbers.length);
      in.reset(numbers, 0);
      long count = in.readLong();
      long size = in.readLong();
      int start = in.position();
      long room = limit - offset - start - FileHeader.SYNC_BYTES;
      require(count > 0 && size > 0 && size <= room, "a block has no sound size");
      int length = (int) size + FileHeader.SYNC_BYTES;
      readRaw(start, length);
      byte[] sync = header.sync();
      require(
          Arrays.equals(raw, (int) size, length, sync, 0, sync.length),
          "a block does not end with the file's sync marker");
      block = decompress((int) size);
      require(count <= block.length, "a block has more changes than bytes");
      CRC32C crc = Crc.after(checksum);
      crc.update(numbers, 0, start);
      crc.update(raw, 0, length);
      checksum = (int) crc.getValue();
      offset += start + length;
      left = count;
      at = 0;
    } catch (IndexOutOfBoundsException e) {
      throw damage("a block ends in the middle", e);
    } catch (IOException | ZstdException | IllegalArgumentException e) {
      throw damage(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Goes behind the next sync marker after the block that is damaged. From there on the checksum
   * says nothing.
   *
   * @return whether there is one before the file's end
   */
  boolean skipBlock(long limit) throws DamageException {
    left = 0;
    isFirst = false;
    hasChecksum = false;
    byte[] sync = header.sync();
    byte[] window = new byte[SKIP_BYTES];
    try {
      long start = Math.max(blockOffset, header.length());
      // Windows overlap, so that a marker across an edge is whole in one of them.
      for (; start + sync.length < limit; start += window.length - sync.length) {
        int count = (int) Math.min(window.length, limit - start);
        file.seek(start);
        file.readFully(window, 0, count);
        for (int i = 0; i + sync.length <= count; i++) {
          if (Arrays.equals(window, i, i + sync.length, sync, 0, sync.length)) {
            offset = start + i + sync.length;
            return offset < limit;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw damage(String.valueOf(e.getMessage()), e);
    }
  }

  private void readRaw(int start, int length) throws IOException {
    if (raw.length < length || raw.length > 2 * Block.LIMIT_BYTES) {
      raw = new byte[length];
    }
    file.seek(offset + start);
    file.readFully(raw, 0, length);
  }

  private byte[] decompress(int size) {
    long content = Zstd.getFrameContentSize(raw, 0, size);
    require(content > 0 && content <= LONGEST_BLOCK_BYTES, "a block's frame is not sound");
    byte[] bytes = new byte[(int) content];
    int done = zstd.decompressByteArray(bytes, 0, bytes.length, raw, 0, size);
    require(done == bytes.length, "a block's frame is shorter than it says");
    return bytes;
  }

  /** Reads the block's next change. */
  KnownSchemas.Known next(Change change) throws DamageException {
    try {
      in.reset(block, at);
      int index = in.readInt();
      require(index >= 0 && index < branches.size(), "a change has no schema " + index);
      KnownSchemas.Known known = branches.get(index);
      at = changes.readAmong(block, in.position(), known.format(), change);
      left--;
      require(left > 0 || at == block.length, "a block has bytes behind its last change");
      require(change.identity().equals(identity), "a change is another primary's");
      if (isFirst) {
        boolean first =
            change.position() == header.firstPosition() && change.order() == header.firstOrder();
        require(first, "the first change is not the one that the header names");
        isFirst = false;
      }
      return known;
    } catch (IndexOutOfBoundsException e) {
      throw damage("a block's last change ends in the middle", e);
    } catch (IllegalArgumentException e) {
      throw damage("a change is not sound: " + e.getMessage(), e);
    }
  }

  private DamageException damage(String what, Exception cause) {
    return new DamageException(path, blockOffset, what, cause);
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  @Override
  public void close() {
    zstd.close();
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + path, e);
    }
  }
}
