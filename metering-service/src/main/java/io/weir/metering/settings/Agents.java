package io.weir.metering.settings;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.util.Map;
import java.util.Optional;

/** The part of {@code weir.agents.*} that metering needs; edge and gateway read the rest of the same configuration. */
@ConfigMapping(prefix = "weir.agents")
public interface Agents {
    /** Agents by name. An unknown one is refused with 404. */
    @WithParentName
    Map<String, @Valid Agent> byName();

    /** One agent. */
    interface Agent {
        /** The model that the agent is asked for; where the price book has a price of that name, it is the agent's. */
        Optional<String> upstreamModel();

        /** Name in the price book, for want of a price of the model. */
        @WithDefault("default")
        @NotBlank
        String price();

        /** The fleet that answers: a name by which usage can be grouped. */
        Optional<String> app();

        /** Most output tokens of one answer; a caller may ask for fewer. */
        @WithDefault("4096")
        @Min(1)
        @Max(1_000_000_000)
        long maxOutputTokens();

        /** Usual pace, in tokens per second: a grant covers one lease of it. */
        @WithDefault("50")
        @Min(1)
        @Max(100_000)
        int tokensPerSecond();

        /** Whether grants follow the pace and the reports that the agent's streams have shown; else as configured. */
        @WithDefault("true")
        boolean learn();
    }
}
