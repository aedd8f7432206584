package io.weir.edge.billing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Metering, as people read it. Its refusals leave as problems of the edge. */
@Singleton
final class Billing {
    private static final String JSON = "application/json";

    private final ServiceCalls calls;
    private final ObjectMapper json;
    private final URI metering;

    Billing(ServiceCalls calls, ObjectMapper json, WireConfig config) {
        this.calls = calls;
        this.json = json;
        this.metering = config.meteringUrl();
    }

    /** Asks in the edge's name, for the account that the path or query names. */
    Future<ServiceAnswer> asService(HttpMethod method, String path, Buffer body) {
        return answered(calls.call(request(method, path, JSON, body)));
    }

    /** Asks in the caller's own name and type of content: metering decides what the token may do. */
    Future<ServiceAnswer> as(
            Caller caller,
            HttpMethod method,
            String path,
            @Nullable String contentType,
            @Nullable String idempotencyKey,
            Buffer body) {
        var request = request(method, path, contentType == null ? JSON : contentType, body);
        return answered(calls.callAs(
                caller.accessToken(),
                idempotencyKey == null ? request : request.with("Idempotency-Key", idempotencyKey)));
    }

    private Request request(HttpMethod method, String path, String contentType, Buffer body) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        if (body.length() > 0) {
            headers.add("Content-Type", contentType);
        }
        return new Request(method, metering.resolve(path), headers, body);
    }

    private Future<ServiceAnswer> answered(Future<ServiceAnswer> answer) {
        return answer.recover(failure -> {
                    Log.warnf("metering did not answer cause=%s", failure.getMessage());
                    return Future.failedFuture(away());
                })
                .map(this::expectOk);
    }

    private ServiceAnswer expectOk(ServiceAnswer answer) {
        if (answer.ok()) {
            return answer;
        }
        throw answer.problem(json).map(type -> refused(type, answer)).orElseGet(Billing::away);
    }

    private ProblemException refused(ProblemType type, ServiceAnswer answer) {
        try {
            String detail = answer.as(json, Problem.class).detail();
            return new ProblemException(type, detail == null ? type.title() : detail);
        } catch (IOException e) {
            return new ProblemException(type, type.title());
        }
    }

    private static ProblemException away() {
        return new ProblemException(ProblemType.METERING_UNAVAILABLE, "Metering cannot be asked right now; try again.");
    }
}
