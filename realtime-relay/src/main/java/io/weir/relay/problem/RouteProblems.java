package io.weir.relay.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Failures of routes that stream, as problem+json; only while nothing of the response is written. */
@Singleton
public class RouteProblems {
    private static final Logger LOG = Logger.getLogger(RouteProblems.class);

    private final ObjectMapper mapper;

    RouteProblems(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Answers with the failure. On the connection's loop. */
    public void answer(RoutingContext context, Throwable failure) {
        HttpServerResponse response = context.response();
        if (response.closed() || response.headWritten()) {
            return;
        }
        ProblemType type = failure instanceof ProblemException problem ? problem.type() : ProblemType.INTERNAL;
        String detail = failure instanceof ProblemException problem ? problem.detail() : "Something went wrong here";
        if (type == ProblemType.INTERNAL) {
            LOG.errorf(failure, "stream cannot be read");
        }
        var body = new Problem(
                type.uri(),
                type.title(),
                type.status(),
                detail,
                context.request().path(),
                UUID.randomUUID().toString(),
                null);
        if (type.retryable()) {
            response.putHeader("Retry-After", "2");
        }
        response.setStatusCode(type.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
        try {
            response.end(mapper.writeValueAsString(body));
        } catch (JsonProcessingException e) {
            LOG.errorf(e, "problem cannot be written");
            response.end();
        }
    }
}
