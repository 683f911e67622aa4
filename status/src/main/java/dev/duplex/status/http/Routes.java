package dev.duplex.status.http;

import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** What a port serves. Thread-safe. */
interface Routes {
  /**
   * Who answers.
   *
   * @param path decoded, without the query
   * @return null if there is nothing
   */
  Request.@Nullable Handler find(String path);
}
