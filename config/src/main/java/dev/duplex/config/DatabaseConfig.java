package dev.duplex.config;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How to connect to a database.
 *
 * @param jdbcUrl begins with {@code jdbc:postgresql:} and holds no user and no password
 * @param username the database user
 * @param password its password; empty where the server asks for none
 */
public record DatabaseConfig(String jdbcUrl, String username, Optional<Secret> password) {
  private static final String PREFIX = "jdbc:postgresql:";
  private static final Pattern PASSWORD = Pattern.compile("(?i)[?&]password=");
  private static final Pattern USER = Pattern.compile("(?i)[?&]user=");
  private static final Pattern CREDENTIALS = Pattern.compile("[^?]*@.*", Pattern.DOTALL);

  /**
   * Checks the values.
   *
   * @throws ConfigException with everything that is wrong
   */
  public DatabaseConfig {
    // No message repeats the address: it may hold the password it complains about.
    new Checks()
        .that(
            jdbcUrl.startsWith(PREFIX) && jdbcUrl.length() > PREFIX.length(),
            "jdbc-url",
            "is not the address of a PostgreSQL database; write jdbc:postgresql://HOST/DATABASE")
        .that(
            !PASSWORD.matcher(jdbcUrl).find(),
            "jdbc-url",
            "holds a password; take password= out and use the key password")
        .that(
            !USER.matcher(jdbcUrl).find(),
            "jdbc-url",
            "holds a user; take user= out and use the key username")
        .that(
            !CREDENTIALS.matcher(jdbcUrl).matches(),
            "jdbc-url",
            "holds credentials before an @; take them out and use the keys username and password")
        .that(!username.isBlank(), "username", "is empty; give the database user")
        .done();
  }

  static Optional<DatabaseConfig> read(Section section) {
    String jdbcUrl = section.required("jdbc-url", "jdbc:postgresql://HOST/DATABASE", Scalars::text);
    String username = section.required("username", "duplex", Scalars::text);
    Optional<Secret> password =
        section.value(
            "password",
            Optional.empty(),
            text -> text.isEmpty() ? Optional.empty() : Optional.of(new Secret(text)));
    return section.build(() -> new DatabaseConfig(jdbcUrl, username, password));
  }

  /** Without the password, and without that of a client key in the address. */
  @Override
  public String toString() {
    return "DatabaseConfig[jdbcUrl="
        + jdbcUrl.replaceAll("(?i)([?&][^=&]*(?:password|secret|token)[^=&]*=)[^&]*", "$1***")
        + ", username="
        + username
        + ", password="
        + password
        + "]";
  }
}
