package io.weir.relay.following;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How topics are followed over plain HTTP. */
@ConfigMapping(prefix = "weir.relay.following")
public interface FollowingConfig {
    /** Time between heartbeats. */
    @WithDefault("15s")
    Duration heartbeat();

    /** A reader whose write does not end for so long is dropped; it comes back with its cursor. */
    @WithDefault("5m")
    Duration stalled();

    /** What may wait for a slow reader, as with sockets. */
    @WithDefault("1M")
    MemorySize queue();

    /** Readers at once. At the bound further ones get 503 with {@code Retry-After}. */
    @WithDefault("20000")
    @Min(1)
    int readers();
}
