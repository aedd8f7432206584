package io.weir.relay.nodes;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How relays that share their logs through Redis work together. */
@ConfigMapping(prefix = "weir.relay.nodes")
public interface NodesConfig {
    /** Runs go to the shared log this long after the first of them; a terminal at once. */
    @WithDefault("250ms")
    Duration batch();

    /** Most bytes of runs in one write to the shared log. What is beyond goes with the next one. */
    @WithDefault("256K")
    MemorySize batchBytes();

    /** What a topic says within this time is published as one message. */
    @WithDefault("5ms")
    Duration tick();

    /** Bytes of one topic that wait to be published. Beyond them runs are left out, and the other nodes read them from the log. */
    @WithDefault("4M")
    MemorySize outbox();

    /** A node that is not heard of for so long is lost, with its interest and what it produces. It is heard of three times in it. */
    @WithDefault("10s")
    Duration lease();

    /** Time between looks whether the shared log still has what it should have, and whether something was missed. */
    @WithDefault("5s")
    Duration refresh();

    /** Longest wait for Redis while a gateway opens a stream. Then this node judges alone, until Redis is back. */
    @WithDefault("2s")
    Duration patience();

    /** How long another node may take to bring an input to an agent; then its sender is told {@code no_answer}. */
    @WithDefault("6s")
    Duration inputPatience();

    /** Pause before Redis is asked again for what has failed; it doubles up to ten times as much. */
    @WithDefault("200ms")
    Duration retry();

    /** Time for which an open log stays in Redis that no node keeps alive. */
    @WithDefault("1h")
    Duration life();

    /**
     * All logs in Redis. At the bound finished ones that {@code messages} has are dropped, least recently read first, until
     * a fifth is free; while open ones alone exceed it, no further stream is opened.
     */
    @WithDefault("500M")
    MemorySize total();

    /** Time between sweeps over the shared logs. */
    @WithDefault("30s")
    Duration sweep();
}
