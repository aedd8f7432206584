package io.weir.relay.log;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Bounds of the logs in memory. */
@ConfigMapping(prefix = "weir.relay.logs")
public interface LogConfig {
    /** One stream's log. At the bound its oldest fifth becomes a snapshot: text is kept, cuts and other events are not. */
    @WithDefault("50M")
    MemorySize stream();

    /**
     * All logs. At the bound finished ones that {@code messages} has are dropped, least recently read first, until a fifth
     * is free; an open one never, but its old part becomes a snapshot. While what is left exceeds the bound, no further
     * stream is opened. It is direct memory: {@code -XX:MaxDirectMemorySize} must be larger.
     */
    @WithDefault("500M")
    MemorySize total();

    /** How long a finished log is kept. Later it is rebuilt from {@code messages}. */
    @WithDefault("1h")
    Duration kept();

    /** Direct memory of dropped logs that is kept for the next ones; what is more is freed. */
    @WithDefault("16M")
    MemorySize idle();
}
