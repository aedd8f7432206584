package io.weir.relay.reading;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.access.Callers;
import io.weir.relay.access.Callers.Owner;
import io.weir.relay.loop.Loop;
import io.weir.relay.loop.Loops;
import io.weir.relay.problem.ProblemException;
import io.weir.relay.problem.RouteProblems;
import io.weir.streams.render.Framing;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/streams/{id}/events?after=N}: the canonical events of a stream from N + 1 on, as SSE or NDJSON. */
@Singleton
class StreamEventsRoute {
    private static final Logger LOG = Logger.getLogger(StreamEventsRoute.class);

    private final Callers callers;
    private final Sources sources;
    private final RouteProblems problems;

    StreamEventsRoute(Callers callers, Sources sources, RouteProblems problems) {
        this.callers = callers;
        this.sources = sources;
        this.problems = problems;
    }

    void register(@Observes Router router) {
        router.get("/v1/streams/:id/events").handler(this::handle);
    }

    /**
     * A reader's request, understood.
     *
     * @param stream the stream
     * @param after last offset that the reader has
     * @param framing SSE or NDJSON
     * @param owner whose stream it has to be
     */
    record Request(StreamId stream, long after, Framing framing, Owner owner) {}

    private void handle(RoutingContext context) {
        Loop loop = Loops.current();
        var request = context.request();
        callers.owner(
                        request.getHeader("Authorization"),
                        request.getHeader(TenantId.HEADER),
                        request.getHeader(AccountId.HEADER))
                .map(owner -> new Request(
                        stream(context.pathParam("id")),
                        after(request.getParam("after"), request.getHeader("Last-Event-ID")),
                        Framing.ofAccept(String.valueOf(request.getHeader("Accept"))),
                        owner))
                .subscribe()
                .with(
                        understood -> loop.run(() -> read(context, loop, understood)),
                        failure -> loop.run(() -> problems.answer(context, failure)));
    }

    private void read(RoutingContext context, Loop loop, Request request) {
        if (!context.response().closed()) {
            new StreamReader(request, context.response(), loop, sources, problem -> problems.answer(context, problem))
                    .start();
        }
    }

    private static StreamId stream(String text) {
        try {
            return StreamId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.NOT_FOUND, "There is no such stream");
        }
    }

    private static long after(@Nullable String parameter, @Nullable String lastEventId) {
        String text = parameter == null ? lastEventId : parameter;
        if (text == null || text.isEmpty()) {
            return 0;
        }
        try {
            long after = Long.parseLong(text);
            if (after >= 0) {
                return after;
            }
        } catch (NumberFormatException e) {
            LOG.tracef("no number: %s", e.getMessage());
        }
        throw new ProblemException(ProblemType.MALFORMED, "after must be a whole number from 0");
    }
}
