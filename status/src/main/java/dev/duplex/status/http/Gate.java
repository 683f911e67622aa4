package dev.duplex.status.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every request passes: nothing can be changed from outside, and browsers are told limits. */
final class Gate extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final KnownHosts hosts;
  private final Routes routes;

  Gate(KnownHosts hosts, Routes routes) {
    this.hosts = hosts;
    this.routes = routes;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    protect(response.getHeaders());
    return answer(request, response).handle(request, response, callback);
  }

  /** Tells browsers to take nothing from elsewhere, and to give nothing away. */
  static void protect(HttpFields.Mutable headers) {
    headers.put("Content-Security-Policy", POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
  }

  private Request.Handler answer(Request request, Response response) {
    String method = request.getMethod();
    if (!HttpMethod.GET.is(method) && !HttpMethod.HEAD.is(method)) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      return Answer.error(HttpStatus.METHOD_NOT_ALLOWED_405, "only GET and HEAD are answered");
    }
    if (!hosts.allow(request.getHeaders().get(HttpHeader.HOST))) {
      return Answer.error(
          HttpStatus.MISDIRECTED_REQUEST_421, "this name is not served here; ask for localhost");
    }
    try {
      Request.Handler found = routes.find(Request.getPathInContext(request));
      return found != null
          ? found
          : Answer.error(HttpStatus.NOT_FOUND_404, "there is no such page");
    } catch (RuntimeException e) {
      LOG.error("a request cannot be answered: {}", e.toString(), e);
      return Answer.error(HttpStatus.INTERNAL_SERVER_ERROR_500, "the log of this process says why");
    }
  }
}
