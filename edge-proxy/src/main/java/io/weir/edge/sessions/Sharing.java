package io.weir.edge.sessions;

import io.quarkus.logging.Log;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.HeaderText;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.identity.Caller;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** With whom a caller's sessions are shared; the relay keeps it. */
@Singleton
final class Sharing {
    private final ServiceCalls calls;
    private final URI relay;

    Sharing(ServiceCalls calls, WireConfig config) {
        this.calls = calls;
        this.relay = config.relayUrl();
    }

    /** Who else has the session. */
    Future<ServiceAnswer> list(Caller caller, String session) {
        return ask(caller, HttpMethod.GET, path(session), Buffer.buffer());
    }

    /** Shares the session, or changes the right. */
    Future<ServiceAnswer> put(Caller caller, String session, String with, byte[] body) {
        return ask(caller, HttpMethod.PUT, path(session) + "/" + encoded(with), Buffer.buffer(body));
    }

    /** Shares it no longer. */
    Future<ServiceAnswer> revoke(Caller caller, String session, String with) {
        return ask(caller, HttpMethod.DELETE, path(session) + "/" + encoded(with), Buffer.buffer());
    }

    private Future<ServiceAnswer> ask(Caller caller, HttpMethod method, String path, Buffer body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add(TenantId.HEADER, HeaderText.encode(caller.tenant().value()))
                .add(AccountId.HEADER, HeaderText.encode(caller.account().value()));
        if (body.length() > 0) {
            headers.add("Content-Type", "application/json");
        }
        return calls.call(new Request(method, relay.resolve(path), headers, body))
                .recover(failure -> {
                    Log.warnf("relay did not answer cause=%s", failure.getMessage());
                    return Future.failedFuture(away());
                })
                .map(Sharing::expectOk);
    }

    private static ServiceAnswer expectOk(ServiceAnswer answer) {
        if (answer.ok()) {
            return answer;
        }
        throw switch (answer.status()) {
            case 400 ->
                new ProblemException(
                        ProblemType.MALFORMED,
                        "Send {\"right\":\"view\"} or \"edit\", for an account that is not yours.");
            case 409 -> new ProblemException(ProblemType.CONFLICT, "The session is shared with too many accounts.");
            default -> away();
        };
    }

    private static ProblemException away() {
        return new ProblemException(ProblemType.RELAY_UNAVAILABLE, "Shares cannot be used right now; try again.");
    }

    private static String path(String session) {
        return "/v1/sessions/" + encoded(session) + "/shares";
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
