package dev.duplex.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where the build put what the laboratory runs but nobody has on the class path: below {@code
 * target/parts} of this module, or in the directory that the system property {@code
 * duplex.lab.parts} names.
 */
final class Parts {
  static final String DIRECTORY_PROPERTY = "duplex.lab.parts";

  private Parts() {}

  /** A directory whose name is the part's and its version, such as kafka-4.3.1. */
  static Path find(String part, String version) {
    String name = part + "-" + version;
    String configured = System.getProperty(DIRECTORY_PROPERTY);
    if (configured != null) {
      return existing(Path.of(configured, name));
    }
    Path module = Path.of(built("module"));
    Path broker = module.resolve("kafka/target/parts").resolve(name);
    return Files.isDirectory(broker) ? broker : existing(module.resolve("target/parts/" + name));
  }

  /** A value that the build filled in. */
  static String built(String key) {
    Properties properties = new Properties();
    try (InputStream in = resource("/duplex-lab.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new LabException("Cannot read duplex-lab.properties; build the module lab again", e);
    }
    String value = properties.getProperty(key);
    if (value == null) {
      throw new LabException("duplex-lab.properties lacks " + key + "; build the module lab again");
    }
    return value;
  }

  static String text(String resource) {
    try (InputStream in = resource(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new LabException("Cannot read " + resource + "; build the module lab again", e);
    }
  }

  static InputStream resource(String name) throws IOException {
    InputStream in = Parts.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("No resource " + name);
    }
    return in;
  }

  private static Path existing(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new LabException(
          "Not found: %s; run the build (mvn package -pl lab -am), or name the directory with -D%s"
              .formatted(directory, DIRECTORY_PROPERTY));
    }
    return directory;
  }
}
