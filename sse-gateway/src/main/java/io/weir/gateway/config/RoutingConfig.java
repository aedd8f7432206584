package io.weir.gateway.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMin;

/** How requests get to machines. */
@ConfigMapping(prefix = "weir.gateway")
public interface RoutingConfig {
    /** The three ways. */
    enum Routing {
        /** This gateway dials the machine's own address. */
        DIRECT,
        /**
         * Handed-off callers are sent to the machine by Fly's proxy, where that can be: what they have sent is what the agent
         * speaks, and small enough. All other streams are dialled directly.
         */
        FLY_REPLAY,
        /** This gateway dials the app's address and names the machine in {@code fly-force-instance-id}. */
        FLY_HEADER
    }

    /** The way that is used. */
    @WithDefault("direct")
    Routing routing();

    /** Fly's proxy. */
    Replay replay();

    /** Fly's proxy: what it is told, and what is asked of it. */
    interface Replay {
        /** How {@code POST /route} says where to. Streams that are opened with a ticket always get {@code json}. */
        enum Form {
            /** In the header {@code fly-replay}. */
            HEADER,
            /** In a body of its own type, with a transform that has the machine's secret in it. */
            JSON
        }

        /** How {@code POST /route} says where to. */
        @WithDefault("header")
        Form form();

        /** What separates the fields of {@code fly-replay}: a semicolon as Fly documents it, or a comma. */
        @WithDefault(";")
        String separator();

        /**
         * Request header that Fly's proxy adds to everything. Without it an answer with a secret in it is refused: it would go
         * to the caller. Callers that can reach this gateway past the proxy could forge it, so none may.
         */
        @WithDefault("fly-request-id")
        String proxyHeader();

        /** Largest body that Fly's proxy can replay; beyond it {@code /route} answers 413, and streams are dialled directly. */
        @WithDefault("1M")
        MemorySize body();

        /** How long Fly's proxy tries to reach the machine; then the request comes back here. */
        @DurationMin(seconds = 1)
        @WithDefault("10s")
        Duration timeout();

        /** Base URL at which machines reach this very gateway with their usage. Default: {@code weir.gateway.address}. */
        Optional<URI> callbackUrl();

        /** Base URL of an app, for {@code fly-header}; <code>{app}</code> in it stands for the app's name. */
        @WithDefault("http://{app}.flycast")
        String appAddress();

        /** Between two looks at the leases of replayed streams. */
        @DurationMin(millis = 10)
        @WithDefault("1s")
        Duration look();

        /** Replayed streams that this process keeps at a time; at it streams are dialled directly and {@code /route} answers 503. */
        @WithDefault("5000")
        int streams();
    }
}
