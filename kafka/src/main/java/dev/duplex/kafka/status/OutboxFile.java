package dev.duplex.kafka.status;

import dev.duplex.schemas.avro.StatusEvent;
import dev.duplex.schemas.wire.GeneratedRecords;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * The events of one observer that must survive the process: an Avro object container file, replaced
 * atomically (docs/formats/status.md). Not thread-safe.
 */
final class OutboxFile {
  private static final String ACKNOWLEDGED = "duplex.acknowledged";

  private final Path file;

  OutboxFile(Path file) {
    this.file = file;
  }

  /**
   * Reads it; empty if there is none.
   *
   * @throws IOException if it cannot be read or is damaged
   */
  OutboxContent read() throws IOException {
    GeneratedRecords.trust();
    if (!Files.exists(file)) {
      return OutboxContent.EMPTY;
    }
    try (DataFileReader<StatusEvent> reader =
        new DataFileReader<>(
            file.toFile(), new SpecificDatumReader<>(StatusEvent.getClassSchema()))) {
      int acknowledged = Integer.parseInt(reader.getMetaString(ACKNOWLEDGED));
      List<StatusEvent> events = new ArrayList<>();
      reader.forEachRemaining(events::add);
      return new OutboxContent(
          events.subList(0, acknowledged), events.subList(acknowledged, events.size()));
    } catch (NoSuchFileException | FileNotFoundException e) {
      if (Files.exists(file)) {
        throw e; // it may not be read
      }
      return OutboxContent.EMPTY; // deleted just now
    } catch (AvroRuntimeException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Replaces it; when this returns, the content survives whatever happens to the machine. */
  void write(OutboxContent content) throws IOException {
    if (content.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try (FileChannel channel =
            FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING);
        OutputStream stream = Channels.newOutputStream(channel);
        DataFileWriter<StatusEvent> writer =
            new DataFileWriter<>(new SpecificDatumWriter<>(StatusEvent.getClassSchema()))) {
      writer.setMeta(ACKNOWLEDGED, Integer.toString(content.acknowledged().size()));
      writer.create(StatusEvent.getClassSchema(), stream);
      for (StatusEvent event : content.acknowledged()) {
        writer.append(event);
      }
      for (StatusEvent event : content.waiting()) {
        writer.append(event);
      }
      writer.flush();
      channel.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Keeps a damaged file for a person to look at. */
  void moveAside() throws IOException {
    Files.move(
        file,
        file.resolveSibling(file.getFileName() + ".damaged"),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
