package dev.duplex.status.http;

import dev.duplex.status.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A whole answer. Immutable. */
final class Answer implements Request.Handler {
  /** Of what is true only at the moment. */
  static final String NO_STORE = "no-store";

  /** Of what may be kept, but is asked for each time. */
  static final String NO_CACHE = "no-cache";

  private static final String JSON = "application/json";

  private final int status;
  private final String contentType;
  private final String cacheControl;
  private final byte[] body;

  Answer(int status, String contentType, String cacheControl, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.cacheControl = cacheControl;
    this.body = body;
  }

  static Answer json(Map<String, ?> document) {
    return json(HttpStatus.OK_200, document);
  }

  static Answer json(int status, Map<String, ?> document) {
    return new Answer(status, JSON, NO_STORE, Json.bytes(document));
  }

  /** An error in one line for people. */
  static Answer error(int status, String text) {
    return json(status, Map.of("error", text));
  }

  static Answer text(String contentType, String text) {
    return new Answer(
        HttpStatus.OK_200, contentType, NO_STORE, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, cacheControl);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
