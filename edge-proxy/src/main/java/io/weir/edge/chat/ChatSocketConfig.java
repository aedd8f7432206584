package io.weir.edge.chat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** The WebSocket {@code /api/chat/ws}. */
@ConfigMapping(prefix = "weir.edge.socket")
public interface ChatSocketConfig {
    /** Sockets that this process keeps open. At it: 503 with {@code Retry-After}. */
    @Min(1)
    @WithDefault("20000")
    int maxSockets();

    /** Streams that one socket shows or is opening at a time, and stops that it waits for. At it: an error, 429. */
    @Min(1)
    @WithDefault("16")
    int maxStreams();

    /** Longest message from a client, in bytes. A longer one closes the socket with 1009. */
    @Min(1024)
    @WithDefault("1048576")
    int maxMessageBytes();

    /** Time between pings. */
    @WithDefault("15s")
    Duration ping();

    /**
     * How long a client may leave pings unanswered. Then the socket is closed; its streams go on. Pings wait behind what is
     * unread, so a client that does not read is closed too.
     */
    @WithDefault("60s")
    Duration silent();
}
