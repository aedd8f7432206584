package io.weir.edge.resume;

import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.answer.Answers;
import io.weir.edge.answer.Presentation;
import io.weir.edge.identity.Caller;
import io.weir.edge.identity.Callers;
import io.weir.edge.problems.Methods;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.problems.ProblemWriter;
import io.weir.edge.problems.StreamIds;
import io.weir.streams.render.Dialect;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/** {@code GET /api/streams/{id}} reads a stream again, {@code DELETE} stops it. */
@Singleton
public final class StreamRoutes {
    private static final String PATH = "/api/streams/:id";

    private final Callers callers;
    private final Answers answers;
    private final Stop stop;
    private final ProblemWriter problems;

    StreamRoutes(Callers callers, Answers answers, Stop stop, ProblemWriter problems) {
        this.callers = callers;
        this.answers = answers;
        this.stop = stop;
        this.problems = problems;
    }

    void routes(@Observes Router router) {
        router.get(PATH).handler(this::resume);
        router.delete(PATH).handler(this::stop);
        Methods.only(router, problems, PATH, "GET, DELETE");
    }

    private void resume(RoutingContext context) {
        callers.require(context, KeyScope.CHAT)
                .compose(caller -> resume(context, caller))
                .onFailure(failure -> problems.write(context, failure));
    }

    private Future<Void> resume(RoutingContext context, Caller caller) {
        Optional<Dialect> asked = dialect(context);
        answers.resume(
                context,
                caller,
                StreamIds.parse(context.pathParam("id")),
                Answers.after(context),
                began ->
                        Presentation.of(context.request(), asked.or(() -> began).orElse(Dialect.TOKEN), "", true));
        return Future.succeededFuture();
    }

    private static Optional<Dialect> dialect(RoutingContext context) {
        String name = context.request().getParam("dialect");
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(Dialect.ofWire(name)
                .orElseThrow(() -> new ProblemException(ProblemType.MALFORMED, "There is no such dialect.")));
    }

    private void stop(RoutingContext context) {
        callers.require(context, KeyScope.CHAT)
                .compose(caller -> stop.stop(StreamIds.parse(context.pathParam("id")), caller))
                .onSuccess(open -> context.response()
                        .setStatusCode(open ? 202 : 204)
                        .putHeader("Cache-Control", "no-store")
                        .end())
                .onFailure(failure -> problems.write(context, failure));
    }
}
