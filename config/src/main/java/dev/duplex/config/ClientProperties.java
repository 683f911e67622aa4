package dev.duplex.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Properties for a client library, passed on as they are. Printed without the values whose key
 * looks like a secret (rather too many than one too few) and without credentials in addresses.
 * Immutable.
 *
 * @param asMap the properties in the order of the file, secrets included: for the client only
 */
public record ClientProperties(Map<String, String> asMap) {
  private static final List<String> SECRET_KEYS =
      List.of(
          "password",
          "passphrase",
          "secret",
          "jaas",
          "user.info",
          "userinfo",
          "token",
          "credential",
          "key",
          "assertion");

  /** Copies the map. */
  public ClientProperties {
    asMap = Collections.unmodifiableMap(new LinkedHashMap<>(asMap));
  }

  /** The value of one property. */
  public Optional<String> get(String key) {
    return Optional.ofNullable(asMap.get(key));
  }

  /** A new {@link Properties} with all of them, to add to and to open a client with. */
  public Properties toProperties() {
    Properties properties = new Properties();
    properties.putAll(asMap);
    return properties;
  }

  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>();
    asMap.forEach(
        (key, value) -> shown.put(key, looksSecret(key) ? "***" : withoutCredentials(value)));
    return shown.toString();
  }

  private static boolean looksSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return SECRET_KEYS.stream().anyMatch(lower::contains);
  }

  private static String withoutCredentials(String value) {
    return value.replaceAll("://[^/\\s]*@", "://***@");
  }
}
