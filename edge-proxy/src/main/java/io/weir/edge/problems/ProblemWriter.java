package io.weir.edge.problems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.Problem.OpenAiError;
import io.weir.contracts.problem.ProblemType;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes problems. Under {@code /v1/} the body also carries OpenAI's error object, under every other path of the API the
 * title as {@code error}. A response whose head is already sent is cut instead: its status cannot change any more.
 */
@Singleton
@RegisterForReflection(targets = {Problem.class, OpenAiError.class})
public final class ProblemWriter {
    private static final String REQUEST_ID = "weir.request-id";

    private final ObjectMapper json;

    ProblemWriter(ObjectMapper json) {
        this.json = json;
    }

    /** Ends the request with the problem that {@code failure} is; anything but a {@link ProblemException} is internal. */
    public void write(RoutingContext context, Throwable failure) {
        write(context, asProblem(context, failure));
    }

    /** Ends the request with a problem. */
    public void write(RoutingContext context, ProblemType type, String detail) {
        write(context, new ProblemException(type, detail));
    }

    private void write(RoutingContext context, ProblemException failure) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            Log.debugf("problem after the head was sent request=%s type=%s", requestId(context), failure.type());
            response.reset();
            return;
        }
        // What is unread of the body is read and dropped, so that the connection can carry the next request.
        context.request().resume();
        response.setStatusCode(failure.type().status());
        response.headers()
                .set("Content-Type", Problem.MEDIA_TYPE)
                .set("Cache-Control", "no-store")
                .set("X-Request-Id", requestId(context));
        if (failure.type().retryable()) {
            response.putHeader("Retry-After", Integer.toString(failure.retryAfterSeconds()));
        }
        if (failure.type() == ProblemType.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        response.end(Buffer.buffer(bytes(body(context, failure.type(), failure.detail()))));
    }

    /** The body of a problem for the path of this request. */
    public Problem body(RoutingContext context, ProblemType type, String detail) {
        String path = String.valueOf(context.request().path());
        return new Problem(
                type.uri(), type.title(), type.status(), detail, path, requestId(context), error(path, type, detail));
    }

    /** The body that {@link #write} would send for a failure. */
    public Problem body(RoutingContext context, Throwable failure) {
        ProblemException problem = asProblem(context, failure);
        return body(context, problem.type(), problem.detail());
    }

    private static @Nullable Object error(String path, ProblemType type, String detail) {
        if (path.startsWith("/v1/")) {
            return new OpenAiError(detail, type.openAiType(), type.code());
        }
        return type.title();
    }

    private static ProblemException asProblem(RoutingContext context, Throwable failure) {
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        Log.errorf(
                failure,
                "request failed request=%s path=%s",
                requestId(context),
                context.request().path());
        return new ProblemException(
                ProblemType.INTERNAL, "The request failed inside the edge. Quote the request id when you report it.");
    }

    /** The id under which this request is logged: the caller's {@code X-Request-Id} if it is a plain one, else a new one. */
    public static String requestId(RoutingContext context) {
        String known = context.get(REQUEST_ID);
        if (known != null) {
            return known;
        }
        String sent = context.request().getHeader("X-Request-Id");
        String id = sent != null && sent.matches("[A-Za-z0-9._-]{1,64}")
                ? sent
                : UUID.randomUUID().toString();
        context.put(REQUEST_ID, id);
        return id;
    }

    private byte[] bytes(Problem problem) {
        try {
            return json.writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem must be writable", e);
        }
    }
}
