package io.weir.relay.problem;

import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Failures of the control plane as problem+json. */
class Problems {
    private static final Logger LOG = Logger.getLogger(Problems.class);
    private static final int RETRY_AFTER_SECONDS = 2;

    @ServerExceptionMapper
    Response problem(ProblemException failure, UriInfo uri) {
        return response(failure.type(), failure.detail(), uri);
    }

    @ServerExceptionMapper
    Response jaxRs(WebApplicationException failure, UriInfo uri) {
        return switch (failure.getResponse().getStatus()) {
            case 404 -> response(ProblemType.NOT_FOUND, "There is nothing at this address", uri);
            case 413 -> response(ProblemType.TOO_LARGE, "The body is too large", uri);
            case 415 -> response(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send application/json", uri);
            case 400 -> response(ProblemType.MALFORMED, "The request cannot be read", uri);
            default -> failure.getResponse();
        };
    }

    @ServerExceptionMapper
    Response internal(RuntimeException failure, UriInfo uri) {
        LOG.errorf(failure, "request failed path=%s", uri.getPath());
        return response(ProblemType.INTERNAL, "Something went wrong here", uri);
    }

    private static Response response(ProblemType type, String detail, UriInfo uri) {
        Problem problem = new Problem(
                type.uri(),
                type.title(),
                type.status(),
                detail,
                uri.getPath(),
                UUID.randomUUID().toString(),
                null);
        var response = Response.status(type.status()).type(Problem.MEDIA_TYPE).entity(problem);
        return type.retryable()
                ? response.header("Retry-After", RETRY_AFTER_SECONDS).build()
                : response.build();
    }
}
