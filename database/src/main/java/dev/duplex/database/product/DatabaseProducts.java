package dev.duplex.database.product;

import dev.duplex.config.DatabaseConfig;
import dev.duplex.schemas.failure.SetupException;
import java.util.ServiceLoader;

/** Finds the product of a database. Thread-safe. */
public final class DatabaseProducts {
  private DatabaseProducts() {}

  /**
   * The product that a configured database is of.
   *
   * @throws SetupException if none on the class path knows its address
   */
  public static DatabaseProduct of(DatabaseConfig database) {
    // The loader of these classes: that of the thread may be one of an application server's.
    ServiceLoader<DatabaseProduct> products =
        ServiceLoader.load(DatabaseProduct.class, DatabaseProduct.class.getClassLoader());
    for (DatabaseProduct product : products) {
      if (product.accepts(database.jdbcUrl())) {
        return product;
      }
    }
    throw new SetupException(
        "no database product on the class path knows "
            + kind(database.jdbcUrl())
            + "; add its module, e.g. duplex-postgres");
  }

  /** Without what may hold a password. */
  private static String kind(String jdbcUrl) {
    String[] parts = jdbcUrl.split(":", 3);
    return parts.length < 2 ? "this address" : parts[0] + ":" + parts[1];
  }
}
