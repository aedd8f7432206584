package io.weir.relay.presence;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** Who is present: how it is told, and its bounds. */
@ConfigMapping(prefix = "weir.relay.presence")
public interface PresenceConfig {
    /** Comings and goings are told together, this long after the first of them. What comes and goes within is not told. */
    @WithDefault("1s")
    Duration tick();

    /**
     * Members of a topic that are told by name. Above it only their number is told; the names come back at four fifths of
     * it, so that a topic at the bound does not change its form with each member.
     */
    @WithDefault("200")
    @Min(1)
    @Max(5_000)
    int listed();

    /** Members of a topic. At the bound {@code track} is answered with an error. */
    @WithDefault("10000")
    @Min(1)
    @Max(1_000_000)
    int members();

    /** Longest payload of {@code track}, as JSON. A longer one is answered with an error and changes nothing. */
    @WithDefault("8K")
    MemorySize maxPayload();

    /** Longest presence key, in bytes of UTF-8. With a longer one {@code track} is answered with an error. */
    @WithDefault("255")
    @Min(1)
    @Max(4096)
    int maxKeyBytes();

    /**
     * A node that says nothing about a topic for so long is lost there, and its members with it; it says something each
     * {@code weir.relay.nodes.refresh}. Where Redis knows that a node has gone, its members go at once.
     */
    @WithDefault("15s")
    Duration nodeLease();
}
