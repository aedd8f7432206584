package io.weir.gateway.route;

import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentDialect;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.config.RoutingConfig;
import io.weir.gateway.config.RoutingConfig.Routing;
import io.weir.gateway.machines.Machine;
import io.weir.gateway.machines.SessionKey;
import io.weir.gateway.upstream.SessionKeys;
import jakarta.inject.Singleton;
import java.net.URI;

/**
 * What may be replayed by Fly's proxy, and what the proxy is then told. A body travels as the caller wrote it, so it must be
 * what the agent speaks; a request that a replay has brought here is never replayed again. Thread-safe.
 */
@Singleton
public final class Replays {
    /** Request header of Fly's proxy: an earlier replay has brought this request here. */
    static final String REPLAYED = "fly-replay-src";
    /** Request header of Fly's proxy: a replay that we have asked for has failed, and this is the request again. */
    static final String FAILED = "fly-replay-failed";

    private static final String TIMED_OUT = "reason=timeout";

    private final RoutingConfig config;
    private final SessionKeys sessionKeys;
    private final UsageTokens tokens;
    private final ReplayAnswers answers;
    private final ReplayedStreams streams;
    private final URI callback;

    Replays(
            RoutingConfig config,
            GatewayConfig gateway,
            SessionKeys sessionKeys,
            UsageTokens tokens,
            ReplayAnswers answers,
            ReplayedStreams streams) {
        this.config = config;
        this.sessionKeys = sessionKeys;
        this.tokens = tokens;
        this.answers = answers;
        this.streams = streams;
        this.callback = config.replay().callbackUrl().orElse(gateway.address());
    }

    /** True if the stream that a handed-off caller opens may be brought to its machine by the proxy. */
    public boolean takes(HttpServerRequest request, TicketClaims ticket, AgentDialect agent, long bodyBytes) {
        return config.routing() == Routing.FLY_REPLAY
                && fromProxy(request)
                && !cameBack(request)
                && bodyBytes <= config.replay().body().asLongValue()
                && speaks(agent, ticket.dialect())
                && streams.accepting();
    }

    /** True if the agent takes what the caller's endpoint takes, word for word. */
    private static boolean speaks(AgentDialect agent, String caller) {
        return switch (agent) {
            case RESPONSES -> caller.equals("responses");
            case CHAT_COMPLETIONS -> caller.equals("chat_completions");
            case TOKEN -> caller.equals("token");
            case CHUNK -> caller.equals("chunk");
            case ANTHROPIC, NDJSON -> false;
        };
    }

    /** True if Fly's proxy has brought the request, and will read the answer. */
    boolean fromProxy(HttpServerRequest request) {
        return request.getHeader(config.replay().proxyHeader()) != null;
    }

    /** True if the request has been replayed before, well or not. */
    static boolean cameBack(HttpServerRequest request) {
        return failed(request) || request.getHeader(REPLAYED) != null;
    }

    /** True if the proxy could not bring it to the machine that we have named. */
    public static boolean failed(HttpServerRequest request) {
        return request.getHeader(FAILED) != null;
    }

    /** True if the machine may have begun to work on it all the same. */
    public static boolean mayHaveBegun(HttpServerRequest request) {
        String failed = request.getHeader(FAILED);
        return failed != null && failed.replace(" ", "").contains(TIMED_OUT);
    }

    /** What the proxy is answered for a stream that was claimed for this machine: {@link ReplayAnswers#MEDIA_TYPE}. */
    public byte[] answer(TicketClaims ticket, AgentsConfig.Agent agent, Machine machine) {
        String key = sessionKeys.of(new SessionKey(ticket.tenant(), ticket.account(), ticket.session()));
        String path = machine.path(agent, key);
        String id = ticket.stream().toString();
        String usage = callback.resolve("/v1/streams/" + id + "/usage").toString();
        return answers.body(new Target(machine, path, new Target.Stream(id, key, usage, tokens.of(ticket.stream()))));
    }
}
