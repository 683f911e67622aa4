package dev.duplex.status.topology;

import dev.duplex.schemas.avro.Progress;
import dev.duplex.schemas.avro.Role;
import dev.duplex.schemas.avro.StatusEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of a link besides its events (docs/formats/monitor.md).
 *
 * @param producer head of the role; null if none was read
 * @param consumer likewise
 * @param appliedMicros a time of the primary's clock before which every commit is applied
 * @param producerReports how many were read; who sees it change knows that the side lives
 * @param consumerReports likewise
 * @param silent who was found silent and has not reported since
 * @param reported who is silent according to {@code own}
 * @param own the monitor's last event of the incident that it has open; null if it has none
 */
public record LinkSnapshot(
    @Nullable Progress producer,
    @Nullable Progress consumer,
    long appliedMicros,
    long producerReports,
    long consumerReports,
    Set<Role> silent,
    Set<Role> reported,
    @Nullable StatusEvent own) {
  private static final byte VERSION = 1;
  private static final int LONGEST_PART = 1 << 20;

  /** Copies the sets. */
  public LinkSnapshot {
    silent = Set.copyOf(silent);
    reported = Set.copyOf(reported);
  }

  /** Its bytes; the messages are given packed, as they were read. */
  byte[] encode(
      byte @Nullable [] packedProducer,
      byte @Nullable [] packedConsumer,
      byte @Nullable [] packedOwn) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeByte(bits(silent));
      out.writeByte(bits(reported));
      out.writeLong(appliedMicros);
      out.writeLong(producerReports);
      out.writeLong(consumerReports);
      write(out, packedProducer);
      write(out, packedConsumer);
      write(out, packedOwn);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writes to memory
    }
    return bytes.toByteArray();
  }

  /** The messages as they are stored; each null if there is none. */
  static final class Packed {
    final byte @Nullable [] producer;
    final byte @Nullable [] consumer;
    final byte @Nullable [] own;

    private Packed(byte @Nullable [] producer, byte @Nullable [] consumer, byte @Nullable [] own) {
      this.producer = producer;
      this.consumer = consumer;
      this.own = own;
    }

    static Packed of(byte[] stored) {
      try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
        in.skipNBytes(HEADER_BYTES);
        return new Packed(read(in), read(in), read(in));
      } catch (IOException e) {
        throw new IllegalArgumentException("not a link's snapshot: " + e.getMessage(), e);
      }
    }
  }

  private static final int HEADER_BYTES = 3 + 3 * Long.BYTES;

  /**
   * Reads what was stored.
   *
   * @throws IllegalArgumentException if it is something else
   * @throws dev.duplex.schemas.failure.RetryException if the registry cannot be reached
   * @throws dev.duplex.schemas.failure.HaltException if a schema means something else now
   */
  public static LinkSnapshot decode(byte[] stored, PackedMessages messages) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
      byte version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException("a link's snapshot of version " + version);
      }
      Set<Role> silent = roles(in.readByte());
      Set<Role> reported = roles(in.readByte());
      long appliedMicros = in.readLong();
      long producerReports = in.readLong();
      long consumerReports = in.readLong();
      byte[] producer = read(in);
      byte[] consumer = read(in);
      byte[] own = read(in);
      return new LinkSnapshot(
          producer == null ? null : messages.progress(producer),
          consumer == null ? null : messages.progress(consumer),
          appliedMicros,
          producerReports,
          consumerReports,
          silent,
          reported,
          own == null ? null : messages.event(own));
    } catch (IOException e) {
      throw new IllegalArgumentException("not a link's snapshot: " + e.getMessage(), e);
    }
  }

  private static void write(DataOutputStream out, byte @Nullable [] part) throws IOException {
    out.writeInt(part == null ? 0 : part.length);
    if (part != null) {
      out.write(part);
    }
  }

  private static byte @Nullable [] read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST_PART) {
      throw new IOException("a part of " + length + " bytes");
    }
    return length == 0 ? null : in.readNBytes(length);
  }

  private static int bits(Set<Role> roles) {
    return roles.stream().mapToInt(LinkSnapshot::bit).sum();
  }

  private static int bit(Role role) {
    return switch (role) {
      case PRODUCER -> 1;
      case CONSUMER -> 2;
    };
  }

  private static Set<Role> roles(byte bits) {
    Set<Role> roles = EnumSet.allOf(Role.class);
    roles.removeIf(role -> (bits & bit(role)) == 0);
    return roles;
  }
}
