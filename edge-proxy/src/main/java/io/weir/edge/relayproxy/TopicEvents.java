package io.weir.edge.relayproxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/topics/{topic}/events}: a topic over SSE or NDJSON, read from the relay with the caller's own token, which
 * alone decides what may be read. Bytes go on as they come. A slow reader is waited for, and so is the relay, which merges
 * for it; one that takes nothing for as long as {@link WireConfig.Wire#silence} is cut off. A reader that leaves takes its
 * connection to the relay along. Event loop of the request.
 */
@Singleton
public final class TopicEvents {
    /** Topics that are followed now. */
    public static final String OPEN = "weir.edge.topics.open";

    private static final int OK = 200;

    private final Callers callers;
    private final ServiceCalls calls;
    private final ProblemWriter problems;
    private final URI relay;
    private final Duration silence;
    private final RelayProxyConfig bounds;
    private final AtomicInteger open = new AtomicInteger();

    TopicEvents(
            Callers callers,
            ServiceCalls calls,
            ProblemWriter problems,
            WireConfig config,
            RelayProxyConfig bounds,
            MeterRegistry meters) {
        this.callers = callers;
        this.calls = calls;
        this.problems = problems;
        this.relay = config.relayUrl();
        this.silence = config.wire().silence();
        this.bounds = bounds;
        meters.gauge(OPEN, open);
    }

    void routes(@Observes Router router) {
        router.get("/v1/topics/:topic/events").handler(this::handle);
    }

    private void handle(RoutingContext context) {
        callers.require(context)
                .onSuccess(caller -> follow(context, caller))
                .onFailure(failure -> problems.write(context, failure));
    }

    private void follow(RoutingContext context, Caller caller) {
        if (open.get() >= bounds.topicReaders()) {
            problems.write(context, ProblemType.OVERLOADED, "Too many topics are followed here; try again.");
            return;
        }
        Request request;
        try {
            request = request(context);
        } catch (IllegalArgumentException e) {
            problems.write(context, ProblemType.MALFORMED, "The path or its query is not encoded.");
            return;
        }
        var reading = new Reading(context);
        calls.openFor(caller.accessToken(), request)
                .onSuccess(reading::answered)
                .onFailure(_ -> reading.failed());
    }

    private Request request(RoutingContext context) {
        var request = Request.of(HttpMethod.GET, relay.resolve(context.request().uri()));
        // Which pages may read the answer is decided here, so the relay need not know where they are from.
        Headers.forward(context.request().headers(), false)
                .remove("Authorization")
                .remove("Origin")
                .forEach(request::with);
        return request;
    }

    /** One response, from the moment its caller is known. */
    private final class Reading {
        private final RoutingContext context;
        private final HttpServerResponse response;
        private @Nullable HttpClientResponse source;
        private boolean over;

        Reading(RoutingContext context) {
            this.context = context;
            this.response = context.response();
            open.incrementAndGet();
            response.closeHandler(_ -> left());
        }

        /** The relay has begun to answer. */
        void answered(HttpClientResponse answer) {
            source = answer;
            answer.end().onComplete(_ -> source = null);
            if (over || response.closed()) {
                ServiceCalls.discard(answer);
                left();
                return;
            }
            response.setStatusCode(answer.statusCode());
            Headers.backward(answer.headers()).forEach(response::putHeader);
            if (answer.statusCode() == OK) {
                answer.request().idleTimeout(silence.toMillis());
                response.setChunked(true).setWriteQueueMaxSize(bounds.maxQueuedBytes());
                answer.pipe().endOnFailure(false).to(response).onComplete(result -> ended(result.succeeded()));
            } else {
                answer.body().compose(response::end).onComplete(result -> ended(result.succeeded()));
                answer.resume();
            }
        }

        /** Nothing was answered. */
        void failed() {
            if (!over) {
                left();
                problems.write(
                        context, ProblemType.RELAY_UNAVAILABLE, "The topic cannot be read right now; try again.");
            }
        }

        /** Where the relay is gone in the middle, so is this response: its reader knows that it has not ended. */
        private void ended(boolean whole) {
            source = whole ? null : source;
            left();
            if (!whole && !response.ended() && !response.closed()) {
                response.reset();
            }
        }

        private void left() {
            if (!over) {
                over = true;
                open.decrementAndGet();
                if (source != null) {
                    ServiceCalls.discard(source);
                }
            }
        }
    }
}
