package io.weir.edge.problems;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.ProblemType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What no route has answered: unknown paths, wrong methods, and failures of any route. */
@Singleton
final class ProblemRoutes {
    private final ProblemWriter problems;

    ProblemRoutes(ProblemWriter problems) {
        this.problems = problems;
    }

    void routes(@Observes Router router) {
        router.route().order(Integer.MAX_VALUE).handler(this::unknown);
        router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
    }

    private void unknown(RoutingContext context) {
        problems.write(context, ofStatus(404));
    }

    private void failed(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure != null) {
            problems.write(context, failure);
            return;
        }
        problems.write(context, ofStatus(context.statusCode()));
    }

    /** The problem of a bare status. */
    static ProblemException ofStatus(int status) {
        return switch (status) {
            case 401 -> new ProblemException(ProblemType.UNAUTHENTICATED, "Sign in first.");
            case 403 -> new ProblemException(ProblemType.FORBIDDEN, "This is not allowed.");
            case 404 -> new ProblemException(ProblemType.NOT_FOUND, "There is nothing at this path.");
            case 405 -> new ProblemException(ProblemType.METHOD_NOT_ALLOWED, "This path takes other methods.");
            case 413 -> new ProblemException(ProblemType.TOO_LARGE, "The request is too large.");
            case 415 -> new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE, "This path takes other content.");
            case 429 -> new ProblemException(ProblemType.RATE_LIMITED, "Too many requests.");
            case 503 -> new ProblemException(ProblemType.OVERLOADED, "Too busy right now; try again.");
            default ->
                status >= 400 && status < 500
                        ? new ProblemException(ProblemType.MALFORMED, "The request cannot be understood.")
                        : new ProblemException(ProblemType.INTERNAL, "The request failed inside the edge.");
        };
    }
}
