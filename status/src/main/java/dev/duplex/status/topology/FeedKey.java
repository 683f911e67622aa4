package dev.duplex.status.topology;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys of the monitor's stores and of what is repartitioned (docs/formats/monitor.md). */
public final class FeedKey {
  private static final byte END_OF_LINK = 0;
  private static final int NUMBER_BYTES = 8;

  private FeedKey() {}

  static byte[] link(String link) {
    return link.getBytes(StandardCharsets.UTF_8);
  }

  /** A sign of life, which goes to one partition. */
  static byte[] beat(int partition) {
    return new byte[] {END_OF_LINK, (byte) partition};
  }

  /** Whether it is a sign of life and not about a link. */
  public static boolean isBeat(byte[] key) {
    return key.length > 0 && key[0] == END_OF_LINK;
  }

  static byte[] event(String link, long number) {
    byte[] name = link(link);
    return ByteBuffer.allocate(name.length + 1 + NUMBER_BYTES)
        .put(name)
        .put(END_OF_LINK)
        .putLong(number)
        .array();
  }

  /** The link of any key but that of a sign of life. */
  public static String link(byte[] key) {
    int length = 0;
    while (length < key.length && key[length] != END_OF_LINK) {
      length++;
    }
    return new String(key, 0, length, StandardCharsets.UTF_8);
  }

  /** The number of an event, which grows within the link. */
  public static long number(byte[] key) {
    return ByteBuffer.wrap(key, key.length - NUMBER_BYTES, NUMBER_BYTES).getLong();
  }

  static int partition(byte[] key, int partitions) {
    return isBeat(key) ? key[1] % partitions : Math.floorMod(Arrays.hashCode(key), partitions);
  }
}
