package dev.duplex.producer.spool;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A process that spools until it is killed, and says on standard output what it may rely on: {@code
 * c <position>} is committed, {@code r <position>} may be released.
 */
final class SpoolWriter {
  private SpoolWriter() {}

  /** Arguments: directory and seed. */
  public static void main(String[] args) {
    Random random = new Random(Long.parseLong(args[1]));
    TestSpool directory = new TestSpool(Path.of(args[0])).segments(20_000);
    try (Spool spool = directory.open()) {
      SpoolEnd end = spool.end();
      Changes changes = new Changes(end == null ? 1_000 : end.position(), 4);
      long committed = changes.position();
      while (true) {
        changes.transaction(spool, 1 + random.nextInt(6), text(random));
        if (random.nextInt(4) == 0) {
          changes.part(spool, 1, 2, 3, text(random));
          spool.rollback();
          changes = new Changes(committed, 4);
        }
        if (random.nextInt(3) > 0) {
          spool.commit(changes.position());
          committed = changes.position();
          System.out.println("c " + committed);
        }
        if (random.nextInt(20) == 0) {
          long released = Math.max(1_000, committed - 500);
          System.out.println("r " + released);
          spool.release(released);
        }
      }
    }
  }

  private static String text(Random random) {
    byte[] bytes = new byte[random.nextInt(20) == 0 ? 30_000 : random.nextInt(300)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (' ' + random.nextInt(95));
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  static long committed(String line, long otherwise) {
    return line.startsWith("c ") ? Long.parseLong(line.substring(2)) : otherwise;
  }

  static long released(String line, long otherwise) {
    return line.startsWith("r ") ? Long.parseLong(line.substring(2)) : otherwise;
  }
}
