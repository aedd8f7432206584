package io.weir.relay.reading;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How streams are read again. */
@ConfigMapping(prefix = "weir.relay.reading")
public interface ReadingConfig {
    /** Time between heartbeats while a reader waits at the head of an open log. */
    @WithDefault("5s")
    Duration heartbeat();

    /** A reader whose write does not end for so long is dropped. */
    @WithDefault("5m")
    Duration stalled();

    /** How long a stream that was reserved a moment ago may take to get its log, before it is unknown. */
    @WithDefault("2s")
    Duration opening();

    /** How long a stream whose question is stored, but whose log is not here, may take to come back. */
    @WithDefault("60s")
    Duration comingBack();
}
