package io.weir.gateway.handoff;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Lets pages of configured origins read what this gateway sends to handed-off readers, and nothing else of it. No credentials
 * are allowed: the ticket is all that counts.
 */
@Singleton
public final class CrossOrigin {
    private static final String ANY = "*";
    private static final String METHODS = "POST";
    private static final String REQUEST_HEADERS =
            "accept, authorization, content-type, idempotency-key, last-event-id, prefer, weir-usage, x-request-id";
    private static final String RESPONSE_HEADERS = StreamId.HEADER + ", Retry-After";
    private static final String REMEMBERED_SECONDS = "3600";
    private static final int NO_CONTENT = 204;
    private static final int FORBIDDEN = 403;

    private final List<String> origins;

    CrossOrigin(HandoffConfig config) {
        this.origins = config.corsOrigins().orElse(List.of());
    }

    /** Adds what a browser wants to see in the response, if the page's origin is let in. */
    public void allow(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (origin != null && admits(origin)) {
            allowed(request.response(), origin).putHeader("Access-Control-Expose-Headers", RESPONSE_HEADERS);
        }
    }

    /** Answers a browser that asks before it sends. */
    public void preflight(RoutingContext context) {
        HttpServerRequest request = context.request();
        String origin = request.getHeader("Origin");
        if (origin == null || !admits(origin)) {
            request.response().setStatusCode(FORBIDDEN).end();
            return;
        }
        allowed(request.response(), origin)
                .putHeader("Access-Control-Allow-Methods", METHODS)
                .putHeader("Access-Control-Allow-Headers", REQUEST_HEADERS)
                .putHeader("Access-Control-Max-Age", REMEMBERED_SECONDS)
                .setStatusCode(NO_CONTENT)
                .end();
    }

    private boolean admits(String origin) {
        return origins.contains(ANY) || origins.contains(origin);
    }

    private HttpServerResponse allowed(HttpServerResponse response, String origin) {
        return response.putHeader("Access-Control-Allow-Origin", origins.contains(ANY) ? ANY : origin)
                .putHeader("Vary", "Origin");
    }
}
