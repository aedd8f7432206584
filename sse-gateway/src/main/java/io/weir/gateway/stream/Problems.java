package io.weir.gateway.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.Problem.OpenAiError;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.net.Refusals;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Answers with {@code application/problem+json}. */
@ApplicationScoped
@RegisterForReflection(targets = OpenAiError.class)
class Problems {
    private static final String RETRY_SECONDS = "2";

    private final ObjectMapper json;

    Problems(ObjectMapper json) {
        this.json = json;
    }

    /** Ends the response; a body that is still coming is read no further. */
    void send(HttpServerRequest request, ProblemType type, String detail) {
        send(request, type, detail, null);
    }

    /**
     * The same to somebody who is no service of ours.
     *
     * @param error the {@code error} member that its API promises
     */
    void send(HttpServerRequest request, ProblemType type, String detail, @Nullable Object error) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        var problem = new Problem(type.uri(), type.title(), type.status(), detail, request.path(), null, error);
        response.setStatusCode(type.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
        if (type.retryable()) {
            response.putHeader("Retry-After", RETRY_SECONDS);
        }
        Refusals.end(request, print(problem));
    }

    private Buffer print(Problem problem) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(problem));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem is always printable", e);
        }
    }
}
