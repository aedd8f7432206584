package io.weir.relay.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/** How gateways append, and when they are suspected. */
@ConfigMapping(prefix = "weir.relay.ingest")
public interface IngestConfig {
    /** A gateway that was not heard for so long is suspected: metering is asked about its open streams. */
    @WithDefault("15s")
    Duration suspectAfter();

    /** Time between pings to a gateway; its answers count as being heard. */
    @WithDefault("3s")
    Duration pingEvery();

    /**
     * Silence after which a stream that its own gateway has settled is ended without the rest of its text. Until then the
     * gateway may come back and bring it.
     */
    @WithDefault("60s")
    Duration tailPatience();

    /** How long after metering could not be reached it is asked again. */
    @WithDefault("2s")
    Duration retryFence();

    /** Longest append frame. A longer one closes the connection. */
    @WithDefault("8M")
    MemorySize maxFrame();

    /** How long a gateway may take to answer an input; then its sender is told {@code no_answer}. */
    @WithDefault("5s")
    Duration inputPatience();

    /** Inputs of one stream that wait for their answers; at the bound further ones are refused {@code too_many_inputs}. */
    @WithDefault("8")
    @Min(1)
    int inputsPerStream();
}
