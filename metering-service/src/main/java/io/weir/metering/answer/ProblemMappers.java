package io.weir.metering.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.logging.Log;
import io.quarkus.oidc.OIDCException;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.database.DatabaseFailures;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one table from failure to {@code application/problem+json}. */
@RegisterForReflection(targets = {Problem.class, Problem.OpenAiError.class})
class ProblemMappers {
    private static final int RETRY_AFTER_SECONDS = 2;
    private static final long LOG_PAUSE_NANOS = 1_000_000_000;

    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - 2 * LOG_PAUSE_NANOS);

    @ServerExceptionMapper
    Response refused(ProblemException problem, UriInfo uri) {
        return answer(problem.type(), problem.detail(), uri);
    }

    @ServerExceptionMapper
    Response invalid(ConstraintViolationException problem, UriInfo uri) {
        var first = problem.getConstraintViolations().stream()
                .map(v -> v.getPropertyPath() + " " + v.getMessage())
                .sorted()
                .findFirst();
        return answer(ProblemType.MALFORMED, first.orElse("The request is not valid."), uri);
    }

    // Named as well, because the framework has a mapper of its own for it.
    @ServerExceptionMapper({JsonProcessingException.class, MismatchedInputException.class})
    Response unreadable(JsonProcessingException problem, UriInfo uri) {
        var place = problem.getLocation();
        String where = place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
        return answer(ProblemType.MALFORMED, "The body is not the JSON that this endpoint takes" + where + ".", uri);
    }

    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    Response unauthenticated(SecurityException problem, UriInfo uri) {
        return Response.fromResponse(answer(ProblemType.UNAUTHENTICATED, "A valid bearer token is needed.", uri))
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .build();
    }

    @ServerExceptionMapper
    Response issuerAway(OIDCException problem, UriInfo uri) {
        Log.warnf("issuer away path=%s cause=%s", uri.getPath(), problem.getMessage());
        return answer(ProblemType.METERING_UNAVAILABLE, "Tokens cannot be checked right now. Try again shortly.", uri);
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException problem, UriInfo uri) {
        return answer(ProblemType.FORBIDDEN, "This token does not give the right to do that.", uri);
    }

    @ServerExceptionMapper
    Response web(WebApplicationException problem, UriInfo uri) {
        if (problem.getCause() instanceof JsonProcessingException unreadable) {
            return unreadable(unreadable, uri);
        }
        int status = problem.getResponse().getStatus();
        return switch (status) {
            case 401 -> unauthenticated(new UnauthorizedException(), uri);
            case 403 -> answer(ProblemType.FORBIDDEN, "This token does not give the right to do that.", uri);
            case 404 -> answer(ProblemType.NOT_FOUND, "Nothing is found here.", uri);
            case 405 -> answer(ProblemType.METHOD_NOT_ALLOWED, "This path takes another method.", uri);
            case 413 -> answer(ProblemType.TOO_LARGE, "The body is too large.", uri);
            case 415 -> answer(ProblemType.UNSUPPORTED_MEDIA_TYPE, "Send application/json.", uri);
            default ->
                status >= 500 ? fault(problem, uri) : answer(ProblemType.MALFORMED, "The request is not valid.", uri);
        };
    }

    @ServerExceptionMapper
    Response fault(Throwable failure, UriInfo uri) {
        if (DatabaseFailures.away(failure)) {
            logAway(uri, failure);
            return answer(ProblemType.METERING_UNAVAILABLE, "The ledger cannot be reached. Try again shortly.", uri);
        }
        var requestId = UUID.randomUUID().toString();
        Log.errorf(failure, "request failed path=%s requestId=%s", uri.getPath(), requestId);
        var body = new Problem(
                ProblemType.INTERNAL.uri(),
                ProblemType.INTERNAL.title(),
                ProblemType.INTERNAL.status(),
                "Something went wrong here. It is logged under the request id.",
                uri.getPath(),
                requestId,
                null);
        return Response.status(body.status())
                .type(Problem.MEDIA_TYPE)
                .entity(body)
                .build();
    }

    /** Whatever else fails within a second of it fails for the same reason. */
    private void logAway(UriInfo uri, Throwable failure) {
        long now = System.nanoTime();
        long last = loggedNanos.get();
        if (now - last > LOG_PAUSE_NANOS && loggedNanos.compareAndSet(last, now)) {
            Log.warnf("database away path=%s cause=%s", uri.getPath(), failure);
        }
    }

    private static Response answer(ProblemType type, String detail, UriInfo uri) {
        var body = new Problem(type.uri(), type.title(), type.status(), detail, uri.getPath(), null, null);
        var answer = Response.status(type.status()).type(Problem.MEDIA_TYPE).entity(body);
        return (type.retryable() ? answer.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS) : answer).build();
    }
}
