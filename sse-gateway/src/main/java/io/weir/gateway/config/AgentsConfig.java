package io.weir.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Agents as all services know them, and the machines that run them, which only gateways know. */
@ConfigMapping(prefix = "weir")
public interface AgentsConfig {
    /** By agent name. */
    Map<String, Agent> agents();

    /** By machine id. */
    Map<String, Machine> machines();

    /** What the gateway needs to know of an agent. */
    interface Agent {
        /** The fleet whose machines run it. */
        String app();

        /** What its machines speak. */
        @WithDefault("responses")
        AgentDialect dialect();

        /**
         * Path below a machine's address that requests go to; absent: the dialect's own. <code>{session}</code> in it stands
         * for the conversation's key.
         */
        Optional<String> path();

        /**
         * Model name to ask for; absent: {@code openclaw} for {@code responses}, the agent's name otherwise. The simple
         * dialects are told no model unless it is set.
         */
        Optional<String> upstreamModel();

        /** Most output tokens of one answer; the stream ends {@code max_output_tokens} there. */
        @Min(1)
        @WithDefault("4096")
        long maxOutputTokens();

        /** Output rate that a lease is sized for; an extension is asked for with less than 10 s of it left. */
        @Min(1)
        @WithDefault("50")
        int tokensPerSecond();

        /** True: a request may be sent a second time after a machine may have begun to work on it. */
        @WithDefault("false")
        boolean idempotent();

        /** True: a conversation may move to another machine. */
        @WithDefault("false")
        boolean stateless();

        /** Roles that may post streams for it. Absent: every account may. */
        Optional<Set<String>> allow();

        /** True for the one agent that a posted stream belongs to where it names none. */
        @WithName("default")
        @WithDefault("false")
        boolean isDefault();

        /**
         * True: the agent wants to hear {@code cancel}, {@code steer}, {@code approve} and {@code answer} while it answers, and
         * does where it posts its stream over a WebSocket. Called over HTTP it cannot: its inputs are refused as
         * {@code input_not_supported} like all others, and the start of the gateway says so.
         */
        @WithDefault("false")
        boolean input();
    }

    /** One agent process. */
    interface Machine {
        /** The fleet it belongs to. */
        String app();

        /** Base URL. */
        URI address();

        /** Bearer secret; never leaves this process in any other direction. */
        Optional<String> secret();

        /** In place of {@link #secret()}: where it is, as {@code config:<name>}, {@code env:<name>} or {@code file:<name>}. */
        Optional<String> secretReference();

        /** What it speaks, where that is not what its agent is configured to speak. */
        Optional<AgentDialect> dialect();

        /** Streams that it takes at a time, over all gateways; absent: as many as come. */
        Optional<@Min(1) Integer> capacity();

        /** With {@code account} (and {@code tenant}) or {@code session}: for these conversations alone, and first of all. */
        Map<String, String> labels();
    }
}
