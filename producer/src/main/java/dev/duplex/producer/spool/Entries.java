package dev.duplex.producer.spool;

import dev.duplex.schemas.Position;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Texts by key, as in a head and in a file's metadata. */
final class Entries {
  private final SortedMap<String, String> texts = new TreeMap<>();

  Entries put(String key, String text) {
    texts.put(key, text);
    return this;
  }

  Entries put(String key, long number) {
    return put(key, Long.toString(number));
  }

  Entries putPosition(String key, @Nullable Long position) {
    return put(key, position == null ? "" : Position.format(position));
  }

  Entries putChecksum(String key, int checksum) {
    return put(key, Crc.format(checksum));
  }

  Map<String, String> texts() {
    return texts;
  }

  boolean has(String key) {
    return texts.containsKey(key);
  }

  /** All getters throw {@link IllegalArgumentException} if the entry is missing or malformed. */
  String text(String key) {
    String text = texts.get(key);
    if (text == null) {
      throw new IllegalArgumentException("it has no '" + key + "'");
    }
    return text;
  }

  long number(String key) {
    return Long.parseLong(text(key));
  }

  long position(String key) {
    return Position.parse(text(key));
  }

  int checksum(String key) {
    return Crc.parse(text(key));
  }
}
