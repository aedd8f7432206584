package io.weir.relay.log;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of the logs in memory. */
@ConfigMapping(prefix = "weir.relay.logs")
public interface LogConfig {
    /** One stream's log. At the bound its oldest fifth becomes a snapshot. */
    @WithDefault("50M")
    MemorySize stream();

    /**
     * All logs. At the bound finished ones that {@code messages} has are dropped, least recently read first, until a fifth
     * is free; an open one never. While open ones alone exceed it, no further stream is opened.
     */
    @WithDefault("500M")
    MemorySize total();

    /** How long a finished log is kept. Later it is rebuilt from {@code messages}. */
    @WithDefault("1h")
    Duration kept();
}
