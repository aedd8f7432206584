package io.weir.edge.sessions;

import io.quarkus.logging.Log;
import io.vertx.core.Future;
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
import org.jspecify.annotations.Nullable;

/** The relay's conversation history, asked on a caller's behalf. */
@Singleton
final class Conversations {
    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final ServiceCalls calls;
    private final URI relay;

    Conversations(ServiceCalls calls, WireConfig config) {
        this.calls = calls;
        this.relay = config.relayUrl();
    }

    /** The caller's sessions. */
    Future<ServiceAnswer> sessions(Caller caller, @Nullable String limit) {
        return ask(caller, "/v1/sessions?limit=" + limit(limit));
    }

    /** One page of a session's messages: of the caller's own, or of one that {@code owner} shares with the caller. */
    Future<ServiceAnswer> messages(
            Caller caller, String session, @Nullable String owner, @Nullable String before, @Nullable String limit) {
        return ask(
                caller,
                "/v1/sessions/" + encoded(session) + "/messages?limit=" + limit(limit) + parameter("owner", owner)
                        + parameter("before", before));
    }

    private static String parameter(String name, @Nullable String value) {
        return value == null || value.isEmpty() ? "" : "&" + name + "=" + encoded(value);
    }

    private Future<ServiceAnswer> ask(Caller caller, String path) {
        var request = Request.of(HttpMethod.GET, relay.resolve(path))
                .with(TenantId.HEADER, HeaderText.encode(caller.tenant().value()))
                .with(AccountId.HEADER, HeaderText.encode(caller.account().value()));
        return calls.call(request)
                .recover(failure -> {
                    Log.warnf("relay did not answer cause=%s", failure.getMessage());
                    return Future.failedFuture(away());
                })
                .map(Conversations::expectOk);
    }

    private static ServiceAnswer expectOk(ServiceAnswer answer) {
        if (answer.ok()) {
            return answer;
        }
        throw switch (answer.status()) {
            case 400 -> new ProblemException(ProblemType.MALFORMED, "The page cannot be used.");
            case 404 -> new ProblemException(ProblemType.NOT_FOUND, "There is no such session.");
            default -> away();
        };
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1) {
                return Math.min(limit, MAX_LIMIT);
            }
        } catch (NumberFormatException e) {
            throw notALimit();
        }
        throw notALimit();
    }

    private static ProblemException notALimit() {
        return new ProblemException(ProblemType.MALFORMED, "The limit must be a whole number from 1 on.");
    }

    private static ProblemException away() {
        return new ProblemException(ProblemType.RELAY_UNAVAILABLE, "The history cannot be read right now; try again.");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
