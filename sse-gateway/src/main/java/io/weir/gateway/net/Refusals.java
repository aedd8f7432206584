package io.weir.gateway.net;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Answers that need not hear the rest of the question. */
public final class Refusals {
    private static final long NO_ERROR = 0;

    private Refusals() {}

    /**
     * Ends the response. A request body that is still coming is wanted no more: what has arrived is thrown away, and the rest
     * meets a closed connection or, in HTTP/2, whose connection others share, a stream that is reset without an error (RFC
     * 9113 section 8.1).
     */
    public static void end(HttpServerRequest request, Buffer body) {
        HttpServerResponse response = request.response();
        if (request.isEnded()) {
            response.end(body);
            return;
        }
        request.handler(_ -> {});
        request.resume();
        if (request.version() == HttpVersion.HTTP_2) {
            response.end(body).onComplete(_ -> response.reset(NO_ERROR));
        } else {
            response.putHeader("Connection", "close");
            response.end(body).onComplete(_ -> request.connection().close());
        }
    }
}
