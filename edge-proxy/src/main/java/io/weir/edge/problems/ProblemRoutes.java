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
        problems.write(context, ProblemType.NOT_FOUND, "There is nothing at this path.");
    }

    private void failed(RoutingContext context) {
        Throwable failure = context.failure();
        if (failure != null) {
            problems.write(context, failure);
            return;
        }
        problems.write(context, ofStatus(context.statusCode()), "The request was refused by the HTTP layer.");
    }

    static ProblemType ofStatus(int status) {
        return switch (status) {
            case 401 -> ProblemType.UNAUTHENTICATED;
            case 403 -> ProblemType.FORBIDDEN;
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 413 -> ProblemType.TOO_LARGE;
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> ProblemType.RATE_LIMITED;
            case 503 -> ProblemType.OVERLOADED;
            default -> status >= 400 && status < 500 ? ProblemType.MALFORMED : ProblemType.INTERNAL;
        };
    }
}
