package io.weir.gateway.posted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.net.Refusals;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Answers to producers: standings, and problems that say how far a stream is. On the request's loop. */
@ApplicationScoped
class Answers {
    private static final String RETRY_SECONDS = "2";

    private final ObjectMapper json;

    Answers(ObjectMapper json) {
        this.json = json;
    }

    /** A standing. */
    void send(HttpServerRequest request, int status, Standing standing) {
        end(request, status, "application/json", print(standing));
    }

    void send(HttpServerRequest request, PostingException problem) {
        send(request, problem.type(), problem.detail(), null);
    }

    /** A problem. */
    void send(HttpServerRequest request, ProblemType type, String detail, @Nullable Standing standing) {
        if (type.retryable()) {
            request.response().putHeader("Retry-After", RETRY_SECONDS);
        }
        end(request, type.status(), Problem.MEDIA_TYPE, print(problem(request.path(), type, detail, standing)));
    }

    /** A problem as JSON, with {@code streamId}, {@code epoch}, {@code head}, {@code state} and {@code reason} where known. */
    ObjectNode problem(String path, ProblemType type, String detail, @Nullable Standing standing) {
        ObjectNode problem =
                json.valueToTree(new Problem(type.uri(), type.title(), type.status(), detail, path, null, null));
        if (standing != null) {
            problem.setAll((ObjectNode) json.valueToTree(standing));
        }
        return problem;
    }

    /** A tree for somebody to add to. */
    ObjectNode tree(Standing standing) {
        return json.valueToTree(standing);
    }

    ObjectNode tree() {
        return json.createObjectNode();
    }

    private void end(HttpServerRequest request, int status, String type, Buffer body) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", type).putHeader("Cache-Control", "no-store");
        Refusals.end(request, body);
    }

    private Buffer print(Object body) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record is always printable", e);
        }
    }
}
