package dev.duplex.schemas.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.config.provider.SchemaRegistryConfigProvider;
import io.confluent.kafka.schemaregistry.client.security.basicauth.BasicAuthCredentialProvider;
import io.confluent.kafka.schemaregistry.client.security.bearerauth.BearerAuthCredentialProvider;
import io.confluent.kafka.schemaregistry.rules.RuleAction;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.junit.jupiter.api.Test;

/** What is in the jar, and that it needs nothing but its declared dependencies. */
class ArtifactTest {
  private static final Path JAR = Path.of(System.getProperty("registry-client.jar"));

  @Test
  void shouldHoldOnlyConfluentsClasses() throws Exception {
    assertThat(classNames())
        .hasSizeGreaterThan(100)
        .contains(CachedSchemaRegistryClient.class.getName())
        .allMatch(name -> name.startsWith("io.confluent.kafka.schemaregistry."))
        .noneMatch(name -> name.contains(".oauth."));
  }

  @Test
  void shouldNotReferToFlink() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (JarEntry entry : jar.stream().toList()) {
        if (entry.getName().equals("META-INF/NOTICE") || entry.getName().endsWith("pom.xml")) {
          continue; // They say where the classes come from.
        }
        assertThat(entry.getName()).doesNotContain("flink");
        assertThat(new String(bytes(jar, entry), ISO_8859_1))
            .as(entry.getName())
            .doesNotContain("org/apache/flink", "org.apache.flink");
      }
    }
  }

  @Test
  void shouldCarryLicenceAndNoticeOfTheModification() throws Exception {
    assertThat(text("META-INF/LICENSE")).contains("Apache License", "Version 2.0, January 2004");
    assertThat(text("META-INF/NOTICE"))
        .contains("THE CLASSES WERE MODIFIED", "relocated them back to io.confluent")
        .contains("Confluent, Inc.", "The Apache Software Foundation");
  }

  @Test
  void shouldLoadEveryProviderOfEveryService() {
    assertThat(providers(BearerAuthCredentialProvider.class))
        .containsExactlyInAnyOrder(
            "StaticTokenCredentialProvider", "CustomBearerAuthCredentialProvider");
    assertThat(providers(BasicAuthCredentialProvider.class)).hasSize(3);
    assertThat(providers(RuleAction.class)).containsExactly("DlqAction");
    assertThat(providers(ConfigProvider.class))
        .contains(SchemaRegistryConfigProvider.class.getSimpleName());
  }

  @Test
  void shouldLinkEveryClass() throws Exception {
    for (String name : classNames()) {
      Class<?> type = Class.forName(name, true, getClass().getClassLoader());
      // Resolves the types of all members.
      assertThat(type.getDeclaredMethods()).as(name).isNotNull();
      assertThat(type.getDeclaredFields()).as(name).isNotNull();
      assertThat(type.getDeclaredConstructors()).as(name).isNotNull();
    }
  }

  @Test
  void shouldMissNothingButAnnotations() {
    String classPath = System.getProperty("java.class.path");
    StringWriter output = new StringWriter();
    PrintWriter printer = new PrintWriter(output);
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();

    int status =
        jdeps.run(
            printer,
            printer,
            "--multi-release",
            "17",
            "--missing-deps",
            "--class-path",
            classPath,
            JAR.toString());

    assertThat(classPath).doesNotContain("flink");
    assertThat(status).as(output.toString()).isZero();
    assertThat(output.toString().lines().skip(1))
        .isNotEmpty()
        .allMatch(line -> line.contains("-> io.swagger.v3.oas.annotations."));
  }

  private static List<String> providers(Class<?> service) {
    List<String> names = new ArrayList<>();
    ServiceLoader.load(service).forEach(provider -> names.add(provider.getClass().getSimpleName()));
    return names;
  }

  private static List<String> classNames() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return jar.stream()
          .map(JarEntry::getName)
          .filter(name -> name.endsWith(".class"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .toList();
    }
  }

  private static String text(String name) throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      return new String(bytes(jar, jar.getJarEntry(name)), UTF_8);
    }
  }

  private static byte[] bytes(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream stream = jar.getInputStream(entry)) {
      return stream.readAllBytes();
    }
  }
}
