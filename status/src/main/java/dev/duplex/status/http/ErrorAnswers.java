package dev.duplex.status.http;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty refuses and what failed, without telling anything of what is inside. */
final class ErrorAnswers extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Gate.protect(response.getHeaders());
    int status = response.getStatus();
    return Answer.error(status, HttpStatus.getMessage(status)).handle(request, response, callback);
  }
}
