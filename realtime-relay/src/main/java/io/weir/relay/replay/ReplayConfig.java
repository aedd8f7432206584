package io.weir.relay.replay;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/**
 * Broadcasts that are kept for replay: those whose sender asked for it ({@code persist}), on topics of the table. They are
 * kept in the memory of the process that took them, and are gone with it.
 */
@ConfigMapping(prefix = "weir.relay.replay")
public interface ReplayConfig {
    /** How long a broadcast is kept; a sender may ask for less. */
    @WithDefault("1h")
    Duration retention();

    /** Broadcasts kept for one topic. At the bound its oldest goes first. */
    @WithDefault("100")
    @Min(1)
    @Max(10_000)
    int messages();

    /** Bytes of the broadcasts kept for one topic. At the bound its oldest go first. */
    @WithDefault("1M")
    MemorySize topicBytes();

    /** Bytes kept for all topics. At the bound the topic that was written to least recently goes first. */
    @WithDefault("32M")
    MemorySize totalBytes();
}
