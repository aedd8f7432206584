package io.weir.edge.relayproxy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Bounds of what is passed through to the relay. */
@ConfigMapping(prefix = "weir.edge.relay-proxy")
public interface RelayProxyConfig {
    /** Largest HTTP request body, in bytes. A larger one: 413. */
    @Min(1024)
    @WithDefault("1048576")
    int maxBodyBytes();

    /** How long the relay may take to answer an HTTP request, or the request for a WebSocket. Then: 503. */
    @WithDefault("10s")
    Duration timeout();

    /** Bytes that wait for a slow end of a WebSocket, or for a reader of a topic; beyond it the other end is not read. */
    @Min(1024)
    @WithDefault("262144")
    int maxQueuedBytes();

    /** Topics that are followed over HTTP through this process at once. At the bound further ones get 503. */
    @Min(1)
    @WithDefault("2000")
    int topicReaders();
}
