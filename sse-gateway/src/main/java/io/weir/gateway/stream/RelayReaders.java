package io.weir.gateway.stream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.HeaderText;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.net.Loops;
import io.weir.gateway.net.ServiceClient;
import io.weir.streams.sse.EventStream;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves callers whose stream somebody else produces: the relay's log from its beginning, passed through. The log may be a
 * moment behind the claim, so a stream that the relay does not know yet is asked for again for a few seconds.
 */
@ApplicationScoped
class RelayReaders {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int ATTEMPTS = 20;
    private static final long AGAIN_MILLIS = 250;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Loops loops;
    private final ServiceClient services;
    private final Set<HttpServerResponse> open = ConcurrentHashMap.newKeySet();

    RelayReaders(Vertx vertx, GatewayConfig config, Loops loops, ServiceClient services) {
        this.vertx = vertx;
        this.config = config;
        this.loops = loops;
        this.services = services;
    }

    /** Answers a request as a reader of the log of a stream that runs. */
    void serve(Visitor visitor) {
        serve(visitor, 1);
    }

    /** Answers a request as a reader of a log that should be complete; 409 where there is none. */
    void serveEnded(Visitor visitor) {
        serve(visitor, ATTEMPTS);
    }

    private void serve(Visitor visitor, int attempt) {
        if (open.size() >= config.limits().relayReaders()) {
            visitor.refuse(ProblemType.OVERLOADED, "Too many readers here; resume the stream.");
            return;
        }
        HttpServerResponse response = visitor.response();
        open.add(response);
        response.closeHandler(_ -> open.remove(response));
        attempt(loops.here().agents(), visitor, attempt);
    }

    /** Ends all responses: their readers resume elsewhere. */
    void drain() {
        open.forEach(HttpServerResponse::reset);
    }

    private void attempt(HttpClient client, Visitor visitor, int attempt) {
        if (visitor.response().closed()) {
            return;
        }
        TicketClaims ticket = visitor.ticket();
        URI log = URI.create(config.relayUrl() + "/v1/streams/" + ticket.stream() + "/events?after=0");
        var options = ServiceClient.options(HttpMethod.GET, log)
                .putHeader(TenantId.HEADER, HeaderText.encode(ticket.tenant().value()))
                .putHeader(AccountId.HEADER, HeaderText.encode(ticket.account().value()));
        services.open(client, options)
                .onSuccess(answer -> answered(client, visitor, attempt, answer))
                .onFailure(_ -> refuse(visitor));
    }

    private void answered(HttpClient client, Visitor visitor, int attempt, HttpClientResponse log) {
        HttpServerResponse response = visitor.response();
        if (response.closed()) {
            log.request().reset();
        } else if (log.statusCode() == OK) {
            show(visitor, log);
        } else {
            log.request().reset();
            if (log.statusCode() != NOT_FOUND) {
                refuse(visitor);
            } else if (attempt < ATTEMPTS) {
                vertx.setTimer(AGAIN_MILLIS, _ -> attempt(client, visitor, attempt + 1));
            } else {
                open.remove(response);
                visitor.refuse(ProblemType.CONFLICT, "The stream has ended, and nothing is kept of it.");
            }
        }
    }

    private void show(Visitor visitor, HttpClientResponse log) {
        if (visitor.handedOff()) {
            render(visitor, log);
        } else {
            pass(visitor.response(), log);
        }
    }

    /** The log in the caller's own dialect. Its comments are our heartbeats. */
    private void render(Visitor visitor, HttpClientResponse log) {
        HttpServerResponse response = visitor.response();
        var reader = new Reader(visitor.atOnce(), Duration.ZERO, _ -> {
            open.remove(response);
            log.request().reset();
        });
        var events =
                new LogEvents(reader, Math.toIntExact(config.limits().block().asLongValue()));
        log.exceptionHandler(_ -> events.broken());
        log.endHandler(_ -> events.broken());
        log.handler(events::feed);
        reader.connect();
    }

    private void pass(HttpServerResponse response, HttpClientResponse log) {
        Reader.openEventStream(response, EventStream.CONTENT_TYPE);
        response.closeHandler(_ -> {
            open.remove(response);
            log.request().reset();
        });
        // A log that breaks off ends this response in the same way, so that the reader resumes.
        log.pipe().endOnFailure(false).to(response).onComplete(piped -> {
            open.remove(response);
            if (piped.failed()) {
                response.reset();
            }
        });
    }

    private void refuse(Visitor visitor) {
        open.remove(visitor.response());
        visitor.refuse(ProblemType.RELAY_UNAVAILABLE, "The stream runs elsewhere and cannot be shown here now.");
    }
}
