package io.weir.relay.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** At what rate clients come in, and how they are sent away. */
@ConfigMapping(prefix = "weir.relay.admission")
public interface AdmissionConfig {
    /**
     * New WebSockets of clients a second. Beyond it, and beyond {@link #burst}, a handshake gets 429 with Retry-After
     * before its token is looked at. Gateways are always let in.
     */
    @WithDefault("1000")
    @Min(1)
    int connectionsPerSecond();

    /** Handshakes that may come at once after a quiet time. */
    @WithDefault("2000")
    @Min(1)
    int burst();

    /** Open WebSockets of clients. At the bound a handshake gets 503 with Retry-After. */
    @WithDefault("50000")
    @Min(1)
    int connections();

    /** Longest Retry-After; each refused client is told a time of its own up to it, so that they do not return together. */
    @WithDefault("5s")
    Duration retryAfter();

    /** Over how long clients are sent away when this process leaves, in random order. Keep {@code quarkus.shutdown.delay} above it. */
    @WithDefault("4s")
    Duration drainOver();
}
