package io.weir.edge.machines;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The gateway's interface for machines. */
@Singleton
final class Machines {
    private final ServiceCalls calls;
    private final URI gateway;
    private final ObjectMapper json;

    Machines(ServiceCalls calls, WireConfig config, ObjectMapper json) {
        this.calls = calls;
        this.gateway = config.gatewayUrl();
        this.json = json;
    }

    /**
     * Asks the gateway.
     *
     * @param path below {@code /v1/machines}
     */
    Future<ServiceAnswer> ask(HttpMethod method, String path) {
        return calls.call(Request.of(method, gateway.resolve("/v1/machines" + path)))
                .recover(failure -> {
                    Log.warnf("gateway did not answer cause=%s", failure.getMessage());
                    return Future.failedFuture(away());
                })
                .map(this::expectOk);
    }

    /** Path of one machine. */
    static String path(String app, String id) {
        return "/" + encoded(app) + "/" + encoded(id);
    }

    private ServiceAnswer expectOk(ServiceAnswer answer) {
        if (answer.ok()) {
            return answer;
        }
        throw switch (answer.status()) {
            case 404 -> new ProblemException(ProblemType.NOT_FOUND, "There is no such machine.");
            case 409 ->
                new ProblemException(
                        ProblemType.CONFLICT, "This machine is not registered but configured or discovered: drain it.");
            default -> {
                Log.warnf(
                        "gateway refused status=%d type=%s",
                        answer.status(), answer.problem(json).orElse(ProblemType.INTERNAL));
                yield away();
            }
        };
    }

    private static ProblemException away() {
        return new ProblemException(
                ProblemType.GATEWAY_UNAVAILABLE, "Machines cannot be asked for right now; try again.");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
