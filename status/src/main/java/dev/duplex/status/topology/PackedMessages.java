package dev.duplex.status.topology;

import dev.duplex.kafka.registry.SchemaRegistry;
import dev.duplex.kafka.registry.SpecificMessages;
import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.StatusEvent;
import java.util.Arrays;

/**
 * A message with the fingerprint of its schema in front, as the monitor stores it
 * (docs/formats/monitor.md): it stays readable when a later version knows another schema. Owned by
 * one thread.
 */
public final class PackedMessages {
  private static final int FINGERPRINT_BYTES = 8;

  private final SpecificMessages messages;

  public PackedMessages(SchemaRegistry registry) {
    this.messages = new SpecificMessages(registry);
  }

  /**
   * Puts both into one.
   *
   * @throws IllegalArgumentException if that is no fingerprint
   */
  static byte[] pack(byte[] fingerprint, byte[] message) {
    if (fingerprint.length != FINGERPRINT_BYTES) {
      throw new IllegalArgumentException("a fingerprint of " + fingerprint.length + " bytes");
    }
    byte[] packed = Arrays.copyOf(fingerprint, FINGERPRINT_BYTES + message.length);
    System.arraycopy(message, 0, packed, FINGERPRINT_BYTES, message.length);
    return packed;
  }

  /**
   * Reads a progress record.
   *
   * @throws IllegalArgumentException if it is none
   * @throws dev.duplex.schemas.failure.RetryException if another version wrote it and the registry
   *     cannot be reached
   * @throws dev.duplex.schemas.failure.HaltException likewise, if its schema means something else
   *     now
   */
  public Progress progress(byte[] packed) {
    return messages.observe(message(packed), fingerprint(packed), Progress.getClassSchema());
  }

  /** Reads a status event; throws as {@link #progress} does. */
  public StatusEvent event(byte[] packed) {
    return messages.observe(message(packed), fingerprint(packed), StatusEvent.getClassSchema());
  }

  private static byte[] fingerprint(byte[] packed) {
    if (packed.length < FINGERPRINT_BYTES) {
      throw new IllegalArgumentException("only " + packed.length + " bytes");
    }
    return Arrays.copyOf(packed, FINGERPRINT_BYTES);
  }

  private static byte[] message(byte[] packed) {
    return Arrays.copyOfRange(packed, Math.min(FINGERPRINT_BYTES, packed.length), packed.length);
  }
}
