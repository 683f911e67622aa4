package dev.duplex.cli.demo;

import dev.duplex.config.DuplexConfig;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** The page of the demo's monitor. */
final class MonitorPage {
  private static final int LIMIT_MILLIS = 500;

  private final URI address;

  MonitorPage(DuplexConfig config) {
    address = URI.create("http://" + config.status().http() + "/");
  }

  /** Whether it is served and the monitor knows how its link is; waits a moment for the answer. */
  boolean isUp() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) address.resolve("/health").toURL().openConnection();
      connection.setConnectTimeout(LIMIT_MILLIS);
      connection.setReadTimeout(LIMIT_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false; // it still starts
    }
  }

  /** Where a browser finds it. */
  @Override
  public String toString() {
    return address.toString();
  }
}
