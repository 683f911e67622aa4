package dev.duplex.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How to reach the schema registry.
 *
 * @param url one or more addresses with commas between, without user and password
 * @param properties all other properties for the Confluent client
 */
public record RegistryConfig(String url, ClientProperties properties) {
  private static final Pattern URLS =
      Pattern.compile("https?://[^\\s,@?#]+(\\s*,\\s*https?://[^\\s,@?#]+)*");

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public RegistryConfig {
    // No message repeats the address: it may hold the password it complains about.
    new Checks()
        .that(
            URLS.matcher(url).matches(),
            "url",
            "is not the plain address of a registry; write http://HOST:PORT/PATH, and credentials"
                + " as basic.auth.credentials.source: USER_INFO and basic.auth.user.info")
        .that(
            properties.get("schema.registry.url").isEmpty(),
            "schema.registry.url",
            "is set by Duplex itself; use the key url")
        .done();
  }

  static Optional<RegistryConfig> read(Section section) {
    String url = section.required("url", "http://HOST:PORT", Scalars::text);
    ClientProperties properties = section.otherProperties();
    return section.build(() -> new RegistryConfig(url, properties));
  }
}
