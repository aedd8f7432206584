package io.weir.edge.problems;

import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Failures of REST resources, as the same problems. */
@Singleton
final class RestProblems {
    private final ProblemWriter problems;

    RestProblems(ProblemWriter problems) {
        this.problems = problems;
    }

    @ServerExceptionMapper
    Response problem(ProblemException failure, RoutingContext context) {
        return answer(context, failure);
    }

    @ServerExceptionMapper
    Response status(WebApplicationException failure, RoutingContext context) {
        return answer(context, ProblemRoutes.ofStatus(failure.getResponse().getStatus()));
    }

    private Response answer(RoutingContext context, ProblemException failure) {
        Response.ResponseBuilder answer = Response.status(failure.type().status())
                .type(Problem.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .header("X-Request-Id", ProblemWriter.requestId(context))
                .entity(problems.body(context, failure.type(), failure.detail()));
        if (failure.type().retryable()) {
            answer.header("Retry-After", failure.retryAfterSeconds());
        }
        if (failure.type() == ProblemType.UNAUTHENTICATED) {
            answer.header("WWW-Authenticate", "Bearer");
        }
        return answer.build();
    }
}
