package io.weir.edge.resume;

import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.keys.KeyScope;
import io.weir.edge.answer.Answers;
import io.weir.edge.answer.Presentation;
import io.weir.edge.answer.Starts;
import io.weir.edge.holds.Holds;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.problems.StreamIds;
import io.weir.streams.render.Dialect;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.sse.EventStream;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;

/**
 * {@code GET /api/chat/stream}: the stream that {@code POST /api/chat/start} has started, or, without {@code streamId}, the
 * next one that the caller starts at this process. For EventSource, which can neither post nor send headers.
 */
@Singleton
public final class EventSourceRoutes {
    private static final String PATH = "/api/chat/stream";
    private static final long FRESH_SECONDS = 15;

    private final Callers callers;
    private final Answers answers;
    private final Starts starts;
    private final Holds holds;
    private final InstantSource clock;
    private final ProblemWriter problems;

    EventSourceRoutes(
            Callers callers, Answers answers, Starts starts, Holds holds, InstantSource clock, ProblemWriter problems) {
        this.callers = callers;
        this.answers = answers;
        this.starts = starts;
        this.holds = holds;
        this.clock = clock;
        this.problems = problems;
    }

    void routes(@Observes Router router) {
        // Before the refusal of other methods than POST.
        router.get(PATH).order(-1).handler(this::read);
    }

    private void read(RoutingContext context) {
        callers.require(context, KeyScope.CHAT)
                .compose(caller -> read(context, caller))
                .onFailure(failure -> problems.write(context, failure));
    }

    private Future<Void> read(RoutingContext context, Caller caller) {
        String id = context.request().getParam("streamId");
        long after = Answers.after(context);
        if (id != null) {
            return show(context, caller, StreamIds.parse(id), after);
        }
        return starts.next(caller.payer()).compose(next -> {
            if (context.response().closed()) {
                return Future.succeededFuture();
            }
            if (next.isEmpty()) {
                nothingStarted(context);
                return Future.succeededFuture();
            }
            return show(context, caller, next.get(), 0);
        });
    }

    /** A stream that has just begun may not be in the log yet: it is waited for, once it is known to be the caller's. */
    private Future<Void> show(RoutingContext context, Caller caller, StreamId stream, long after) {
        boolean fresh = clock.instant().getEpochSecond() - ResponseJson.createdAt(stream) < FRESH_SECONDS;
        if (!fresh) {
            answers.resume(context, caller, stream, after, began -> presentation(context, began));
            return Future.succeededFuture();
        }
        return holds.receipt(stream, caller.payer()).map(_ -> {
            answers.attach(context, caller, presentation(context, Optional.empty()), stream, after);
            return null;
        });
    }

    private static Presentation presentation(RoutingContext context, Optional<Dialect> began) {
        return Presentation.of(context.request(), began.orElse(Dialect.TOKEN), "", true);
    }

    /** An end that EventSource takes for a reason to come again. */
    private static void nothingStarted(RoutingContext context) {
        context.response()
                .putHeader("Content-Type", EventStream.CONTENT_TYPE)
                .putHeader("Cache-Control", EventStream.CACHE_CONTROL)
                .end(": nothing was started\n\n");
    }
}
