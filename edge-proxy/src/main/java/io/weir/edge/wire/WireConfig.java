package io.weir.edge.wire;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** Where the other services are, and the bounds of the connections to them. */
@ConfigMapping(prefix = "weir.edge")
public interface WireConfig {
    /** Base URL of the gateways (a load-balanced name where there are several). */
    @WithDefault("http://localhost:8081")
    URI gatewayUrl();

    /** Base URL of the relays. */
    @WithDefault("http://localhost:8082")
    URI relayUrl();

    /** Base URL of metering. */
    @WithDefault("http://localhost:8083")
    URI meteringUrl();

    /** Bounds of outgoing connections. */
    Wire wire();

    /** Bounds of outgoing connections. */
    interface Wire {
        /** How long a connection may take to open. */
        @WithDefault("2s")
        Duration connectTimeout();

        /** How long a call that answers with JSON may take. Then the service counts as unavailable. */
        @WithDefault("5s")
        Duration callTimeout();

        /** How long the gateway or relay may take to begin its response to a stream request. */
        @WithDefault("10s")
        Duration headTimeout();

        /**
         * How long a stream may stay without a byte. Gateway and relay send a comment every 15 s; one that is silent for this
         * long counts as lost and the answer continues from the log.
         */
        @WithDefault("45s")
        Duration silence();

        /**
         * How often a connection that streams share is asked for a sign of life. One that has given none by the next time is
         * closed, and its answers continue from the log.
         */
        @DurationMin(millis = 1)
        @WithDefault("5s")
        Duration pulse();

        /** HTTP/2 connections for streams per event loop and service. At the bound, requests wait in the queue. */
        @Min(1)
        @WithDefault("64")
        int streamConnections();

        /** Streams that share such a connection. At the bound, another connection is opened. */
        @Min(1)
        @WithDefault("256")
        int streamsPerConnection();

        /** Connections for WebSockets per event loop, one per socket. At the bound, requests wait in the queue. */
        @Min(1)
        @WithDefault("4096")
        int tunnelConnections();

        /** Connections for calls per event loop and service. At the bound, calls wait in the queue. */
        @Min(1)
        @WithDefault("32")
        int callConnections();

        /** Requests per event loop that wait for a connection. At the bound, they fail at once. */
        @Min(1)
        @WithDefault("512")
        int queue();

        /** Largest unfinished event from gateway or relay, in bytes. A larger one ends the connection. */
        @Min(1024)
        @WithDefault("1048576")
        int maxEventBytes();
    }
}
